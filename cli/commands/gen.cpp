#include "cli/commands/commands.h"
#include "cli/session.h"
#include "core/generate/generate.h"

#include <cmath>

namespace sparekey::cli {
namespace {

/// The SPEC that the options stand for; without any, the configured one.
std::string spec_text(const Arguments& arguments, const std::string& configured) {
    const bool plain = !arguments.has("--words") && !arguments.has("--length") &&
                       !arguments.has("--pin") && !arguments.has("--charset");
    if (plain) return configured;
    if (const auto words = arguments.value("--words")) return "words:" + *words;
    const std::string length = arguments.value("--length").value_or("");
    if (arguments.has("--pin")) return "pin:" + (length.empty() ? "6" : length);
    std::string spec = length.empty() ? "20" : length;
    if (const auto charset = arguments.value("--charset")) spec += "," + *charset;
    return spec;
}

core::Result<void> run_gen(Session& session, const Arguments& arguments) {
    if (arguments.has("--words") &&
        (arguments.has("--length") || arguments.has("--pin") || arguments.has("--charset"))) {
        return core::unexpected(core::ErrorCode::usage,
                                "--words stands alone: words have no length or charset");
    }
    if (arguments.has("--pin") && arguments.has("--charset")) {
        return core::unexpected(core::ErrorCode::usage, "--pin has digits only: no --charset");
    }
    SPAREKEY_TRY(const Config config, session.config());
    SPAREKEY_TRY(const core::GenerateSpec spec,
                 core::parse_generate_spec(spec_text(arguments, config.generate_default)));
    const core::SecretText made = core::generate(spec, session.random());
    const auto bits = static_cast<std::int64_t>(std::floor(core::entropy_bits(spec)));
    if (session.out().json()) {
        JsonWriter json;
        json.begin_object().field("value", made.expose()).field("bits", bits).end_object();
        session.out().raw(json.expose());
        session.out().raw("\n");
        return {};
    }
    session.out().line(made.expose());
    session.out().note(std::to_string(bits) + " bits of entropy");
    return {};
}

}  // namespace

CommandSpec commands::gen() {
    return {"gen",
            "generate a password, passphrase or PIN; its strength goes to stderr",
            {},
            {{"--length", "N", "characters of a password (20) or digits of a PIN (6)"},
             {"--words", "N", "a passphrase of N words of the EFF's long list"},
             {"--charset", "CLASSES", "lower+upper+digits+symbols in any choice, or =characters"},
             {"--pin", "", "digits only"}},
            run_gen};
}

}  // namespace sparekey::cli
