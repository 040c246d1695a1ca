// libFuzzer: an SSH private key file, as text and as what lies inside of the armour. What is taken
// writes back to the same key, and signs.
#include "core/ssh/openssh_file.h"

#include <cstdlib>

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    check(core::text_of({data, size}));
    check("-----BEGIN OPENSSH PRIVATE KEY-----\n" + core::to_base64({data, size}) +
          "\n-----END OPENSSH PRIVATE KEY-----\n");
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
