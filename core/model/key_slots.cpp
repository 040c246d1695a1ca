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

AccountSlots AccountSlots::of(const KeySlots& local) {
    return {local.vault, local.generation, local.policy, local.slots};
}

DeviceId device_id(const SigningPublicKey& signing, const BoxPublicKey& box) {
    return DeviceId::cut_from(sha256({bytes_of("sparekey/v1/device"), signing, box}));
}

DeviceId DeviceSecrets::device() const {
    return device_id(signing_public_key(signing.expose()), box_public_key(box.expose()));
}

}  // namespace sparekey::core
