// docker's document of a login, read strictly as JSON; members that are not known are ignored.
#pragma once

#include "cli/protocols/docker_credential.h"
#include "core/base/result.h"

#include <string_view>

namespace sparekey::cli {

/// ErrorCode::usage for what is no JSON object, or has a member of another type than text. What is
/// missing is empty.
core::Result<DockerLogin> docker_login_from_json(std::string_view text);

}  // namespace sparekey::cli
