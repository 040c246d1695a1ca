#include "core/model/key_slots.h"

#include "core/crypto/hash.h"

namespace sparekey::core {

std::string_view slot_kind_name(SlotKind kind) {
    switch (kind) {
        case SlotKind::password:
            return "password";
        case SlotKind::recovery:
            return "recovery";
        case SlotKind::key_file:
            return "keyfile";
    }
    return "unknown";
}

KeySlots KeySlots::clone() const {
    return {vault, generation, policy, slots, secret_key.clone(), sealed_device};
}

DeviceId DeviceSecrets::device() const {
    const SigningPublicKey signing_key = signing_public_key(signing.expose());
    const BoxPublicKey box_key = box_public_key(box.expose());
    return DeviceId::cut_from(sha256({bytes_of("sparekey/v1/device"), signing_key, box_key}));
}

}  // namespace sparekey::core
