#include "tests/support/trusted_authority.h"

#include "tests/support/mount_namespace.h"

#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace sparekey::tests {
namespace {

constexpr const char* kSystemAuthorities = "/etc/ssl/certs/ca-certificates.crt";
const std::vector<std::string> kNewKey = {"-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                                          "-nodes"};

}  // namespace

TrustedAuthority::TrustedAuthority() : reason_(enter_mount_namespace()) {
    if (!reason_.empty()) return;
    std::vector<std::string> arguments = {"req", "-x509", "-days", "1", "-subj", "/CN=authority"};
    arguments.insert(arguments.end(), kNewKey.begin(), kNewKey.end());
    arguments.insert(arguments.end(),
                     {"-keyout", home_.file("ca.key"), "-out", home_.file("ca.pem")});
    openssl(arguments);
    const std::string file = home_.file("ca.pem");
    if (::mount(file.c_str(), kSystemAuthorities, nullptr, MS_BIND, nullptr) != 0) {
        reason_ = std::string(kSystemAuthorities) + " cannot be covered: " + std::strerror(errno);
        return;
    }
    issue();
}

TrustedAuthority::~TrustedAuthority() {
    if (reason_.empty()) ::umount2(kSystemAuthorities, MNT_DETACH);
}

void TrustedAuthority::issue(Signer signer) const {
    std::vector<std::string> arguments = {"req",     "-x509",
                                          "-days",   "1",
                                          "-subj",   "/CN=server",
                                          "-addext", "subjectAltName=IP:127.0.0.1",
                                          "-addext", "basicConstraints=critical,CA:false",
                                          "-keyout", key(),
                                          "-out",    certificate()};
    arguments.insert(arguments.end(), kNewKey.begin(), kNewKey.end());
    if (signer == Signer::authority) {
        arguments.insert(arguments.end(),
                         {"-CA", home_.file("ca.pem"), "-CAkey", home_.file("ca.key")});
    }
    openssl(arguments);
}

std::string TrustedAuthority::lines() const {
    return "[tls]\ncertificate = \"" + certificate() + "\"\nkey = \"" + key() + "\"\n";
}

void TrustedAuthority::openssl(std::vector<std::string> arguments) const {
    const Outcome outcome = home_.run_program("/usr/bin/openssl", std::move(arguments));
    if (outcome.status != 0) throw std::runtime_error("openssl: " + outcome.err);
}

}  // namespace sparekey::tests
