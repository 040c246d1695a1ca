// Requests that two readers may read in two ways, or that are broken: each with the code of the
// refusal that it must get. Used on the pure gate, over a socket, and behind nginx.
#pragma once

#include <string>
#include <vector>

namespace sparekey::tests {

struct Smuggled {
    std::string name;
    std::string bytes;
    std::string code;
};

/// For a server whose only name is "vault.example". Every request asks for GET /quick or
/// POST /echo; where a body follows that a naive reader would take for a second request, it
/// asks for GET /smuggled.
const std::vector<Smuggled>& smuggled_requests();

}  // namespace sparekey::tests
