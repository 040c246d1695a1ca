// libFuzzer: an SSH private key file, as text, as what lies inside of the armour, and as changes to
// a good one. What is taken writes back to the same key, and signs.
#include "core/crypto/system_random.h"
#include "core/secret/base64.h"
#include "core/ssh/openssh_file.h"

#include <cstdlib>
#include <vector>

namespace {

using namespace sparekey;

class NoRandom final : public core::Random {
  public:
    void fill(core::MutableBytes bytes) override {
        for (std::uint8_t& byte : bytes) byte = 0;
    }
};

core::Result<core::SecretBytes> some_key(const core::PassphraseHashing& hashing) {
    return core::SecretBytes(hashing.size);
}

void check(std::string_view text) {
    const auto file = core::parse_openssh_file(text, some_key);
    if (!file) return;
    NoRandom random;
    const auto written = core::write_openssh_file(file->key, file->comment, random);
    const auto again = core::parse_openssh_file(written.expose());
    if (!again || again->comment != file->comment) std::abort();
    if (again->key.public_key() != file->key.public_key()) std::abort();
    // An RSA key's factors are believed to be prime, so a signature may be refused; never wrong.
    const auto signature = again->key.sign({}, core::kSignRsaSha256);
    if (signature && !again->key.public_key().verify({}, *signature)) std::abort();
}

std::string armoured(core::ByteView bytes) {
    return "-----BEGIN OPENSSH PRIVATE KEY-----\n" + core::to_base64(bytes) +
           "\n-----END OPENSSH PRIVATE KEY-----\n";
}

/// The insides of one good file of each kind.
const std::vector<core::Bytes>& good_files() {
    static const std::vector<core::Bytes> files = [] {
        std::vector<core::Bytes> made;
        core::SystemRandom random;
        using Kind = core::SshKeyKind;
        for (const Kind kind : {Kind::ed25519, Kind::ecdsa_p256, Kind::ecdsa_p521, Kind::rsa}) {
            const auto key = core::SshPrivateKey::generate(kind, random, 2048);
            const auto file = core::write_openssh_file(key, "comment", random);
            std::string_view text = file.expose();
            text.remove_prefix(text.find('\n'));
            text = text.substr(0, text.find("-----END"));
            const auto bytes = core::secret_from_base64(text);
            made.emplace_back(bytes->expose().begin(), bytes->expose().end());
        }
        return made;
    }();
    return files;
}

/// The first byte chooses the file, then each three say where and what to change.
void check_changed(core::ByteView changes) {
    if (changes.empty()) return;
    core::Bytes bytes = good_files()[changes[0] % good_files().size()];
    for (changes = changes.subspan(1); changes.size() >= 3; changes = changes.subspan(3)) {
        const std::size_t at = std::size_t{changes[0]} << 8 | changes[1];
        bytes[at % bytes.size()] ^= changes[2];
    }
    check(armoured(bytes));
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    sparekey::core::start_crypto();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    check(core::text_of({data, size}));
    check(armoured({data, size}));
    check_changed({data, size});
    core::WireReader reader({data, size});
    if (const auto key = core::SshPrivateKey::read(reader)) {
        core::WireWriter writer;
        key->write(writer);
        if (core::text_of(writer.expose()) != core::text_of({data, writer.size()})) std::abort();
    }
    if (const auto key = core::SshPublicKey::parse({data, size})) {
        if (core::text_of(key->blob()) != core::text_of({data, size})) std::abort();
    }
    return 0;
}
