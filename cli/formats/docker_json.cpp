#include "cli/formats/docker_json.h"

#include "cli/formats/json_document.h"

namespace sparekey::cli {

core::Result<DockerLogin> docker_login_from_json(std::string_view text) {
    SPAREKEY_TRY(const JsonDocument document, JsonDocument::parse(text));
    if (!document.root().is_object()) {
        return core::unexpected(core::ErrorCode::usage, "the document is not a JSON object");
    }
    const boost::json::object& object = document.root().get_object();
    for (const std::string_view name : {"ServerURL", "Username", "Secret"}) {
        const boost::json::value* const value = member(object, name);
        if (value != nullptr && !value->is_string() && !value->is_null()) {
            return core::unexpected(core::ErrorCode::usage,
                                    "\"" + std::string(name) + "\" has to be text");
        }
    }
    return DockerLogin{std::string(text_member(object, "ServerURL")),
                       std::string(text_member(object, "Username")),
                       core::SecretText::copy_of(text_member(object, "Secret"))};
}

}  // namespace sparekey::cli
