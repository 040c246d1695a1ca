// A certified OpenID provider for the tests, on loopback, in the shape that is asked for.
//
// usage: provider.mjs FOLDER PORT SHAPE REDIRECT-URI...
//
// FOLDER holds node_modules (scripts/setup --test makes it). Prints "ready" when it listens, and ends
// with its standard input. Keys are new with every start. Whoever types a name into its login form
// is that person; the client is "client" with the secret "client-secret".
import { createServer } from "node:http";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, port, shapeName, ...redirectUris] = process.argv.slice(2);
const origin = `http://127.0.0.1:${port}`;
const tenant = "11111111-2222-3333-4444-555555555555";

const rsa = () => generateKeyPairSync("rsa", { modulusLength: 2048 });
const p256 = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const ed25519 = () => generateKeyPairSync("ed25519");

const shapes = {
  oidc: { algorithm: "RS256", make: rsa },
  ps256: { algorithm: "PS256", make: rsa },
  es256: { algorithm: "ES256", make: p256 },
  eddsa: { algorithm: "EdDSA", make: ed25519 },
  // As Entra: the tenant is part of the issuer and of every token.
  tenant: { algorithm: "RS256", make: rsa, path: `/${tenant}/v2.0`, claims: { tid: tenant, oid: "object-1" } },
  // As GitHub: no ID token, a user endpoint with a number for an id.
  oauth2: { algorithm: "RS256", make: rsa, authentication: "client_secret_post" },
};
const shape = shapes[shapeName];
if (shape === undefined) throw new Error(`no such shape: ${shapeName}`);

const claimsOf = (name) => ({
  sub: name,
  email: `${name}@example.org`,
  email_verified: true,
  preferred_username: name,
  ...shape.claims,
});

const key = shape.make().privateKey.export({ format: "jwk" });
const configuration = {
  clients: [
    {
      client_id: "client",
      client_secret: "client-secret",
      redirect_uris: redirectUris,
      response_types: ["code"],
      grant_types: ["authorization_code"],
      id_token_signed_response_alg: shape.algorithm,
      token_endpoint_auth_method: shape.authentication ?? "client_secret_basic",
    },
  ],
  claims: {
    openid: ["sub", ...Object.keys(shape.claims ?? {})],
    email: ["email", "email_verified"],
    profile: ["preferred_username"],
  },
  cookies: { keys: [randomUUID()] },
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => ({ accountId: id, claims: () => claimsOf(id) }),
  jwks: { keys: [{ ...key, kid: randomUUID(), use: "sig", alg: shape.algorithm }] },
};

console.info = console.warn = () => {}; // it warns of its development settings
const library = join(folder, "node_modules", "oidc-provider", "lib", "index.js");
const { Provider } = await import(pathToFileURL(library));
const provider = new Provider(origin + (shape.path ?? ""), configuration);
const serve = provider.callback();

/// What an OAuth 2.0 provider tells the bearer of an access token.
async function tellUser(request, response) {
  const bearer = request.headers.authorization?.replace(/^Bearer /, "");
  const token = bearer && (await provider.AccessToken.find(bearer));
  response.writeHead(token ? 200 : 401, { "content-type": "application/json" });
  response.end(token ? `{"id":9007199254740993,"login":${JSON.stringify(token.accountId)}}` : "{}");
}

const server = createServer((request, response) => {
  if (request.url === "/user") return tellUser(request, response);
  if (shape.path && request.url.startsWith(shape.path)) {
    request.originalUrl = request.url;
    request.url = request.url.slice(shape.path.length) || "/";
  }
  return serve(request, response);
});
server.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
process.stdin.on("end", () => process.exit(0)).resume();
