#include "core/chain/exchange.h"

#include "core/chain/signed_archive.h"

namespace sparekey::core {

using codec::decode_whole;
using codec::get;
using codec::get_flag;
using codec::get_plain;
using codec::plain;
using codec::put;
using codec::put_bytes;
using codec::Reader;
using codec::require;
using codec::Writer;

namespace {

constexpr std::size_t kSmallestSigned = 4 + 64;
constexpr std::size_t kSmallestBlob = 16 + 8 + 4;

void put(Writer& archive, const ChainPoint& point) {
    archive(point.n);
    put(archive, point.hash);
}
void get(Reader& archive, ChainPoint& point) {
    archive(point.n);
    get(archive, point.hash);
}

void put(Writer& archive, const RosterParts& parts) {
    put_bytes(archive, parts.slots);
    put_bytes(archive, parts.keyring);
}
void get(Reader& archive, RosterParts& parts) {
    parts.slots = get_plain(archive, kLargestSlots);
    parts.keyring = get_plain(archive, kLargestKeyring);
}

template <class T>
void put(Writer& archive, const std::optional<T>& value) {
    put(archive, value.has_value());
    if (value) put(archive, *value);
}
template <class T>
void get(Reader& archive, std::optional<T>& value) {
    if (get_flag(archive)) get(archive, value.emplace());
}

void put(Writer& archive, const std::vector<RecordBlob>& records) {
    archive.length(records.size());
    for (const RecordBlob& record : records) {
        put(archive, record.id.bytes);
        archive(record.version);
        put_bytes(archive, record.blob);
    }
}
void get(Reader& archive, std::vector<RecordBlob>& records) {
    for (std::size_t left = archive.length(kSmallestBlob, kMostBlobsAPage); left > 0; --left) {
        RecordBlob record;
        get(archive, record.id.bytes);
        archive(record.version);
        record.blob = get_plain(archive, kLargestBlob);
        require(record.version >= 1 && record.version <= kLargestNumber);
        require(records.empty() || records.back().id < record.id);
        records.push_back(std::move(record));
    }
}

void put(Writer& archive, const std::vector<SignedCommit>& commits) {
    archive.length(commits.size());
    for (const SignedCommit& commit : commits) put(archive, commit);
}
void get(Reader& archive, std::vector<SignedCommit>& commits) {
    for (std::size_t left = archive.length(kSmallestSigned, kMostCommitsAPage); left > 0; --left) {
        get(archive, commits.emplace_back());
    }
}

PushRequest get_push_request(Reader& archive) {
    PushRequest request;
    get(archive, request.commit);
    for (std::size_t left = archive.length(4, kMostChanges); left > 0; --left) {
        request.blobs.push_back(get_plain(archive, kLargestBlob));
    }
    get(archive, request.parts);
    return request;
}

PullPage get_pull_page(Reader& archive) {
    PullPage page;
    get(archive, page.head);
    get(archive, page.commits);
    get(archive, page.blobs);
    get(archive, page.parts);
    get(archive, page.audit);
    return page;
}

/// Held to `most` before anything of it is read.
template <class T, class Read>
Result<T> decode_body(ByteView bytes, std::size_t most, Read read) {
    if (bytes.size() > most) {
        return unexpected(ErrorCode::integrity, "encoded data is too large");
    }
    return decode_whole<T>(bytes, read);
}

}  // namespace

Bytes encode(const PushRequest& request) {
    Writer archive;
    put(archive, request.commit);
    archive.length(request.blobs.size());
    for (const Bytes& blob : request.blobs) put_bytes(archive, blob);
    put(archive, request.parts);
    return plain(std::move(archive));
}

Result<PushRequest> decode_push_request(ByteView bytes) {
    return decode_body<PushRequest>(bytes, kLargestPush, get_push_request);
}

Bytes encode(const PushAnswer& answer) {
    Writer archive;
    put(archive, answer.at);
    put(archive, answer.audit);
    return plain(std::move(archive));
}

Result<PushAnswer> decode_push_answer(ByteView bytes) {
    return decode_whole<PushAnswer>(bytes, [](Reader& archive) {
        PushAnswer answer;
        get(archive, answer.at);
        get(archive, answer.audit);
        return answer;
    });
}

Bytes encode(const PullPage& page) {
    Writer archive;
    put(archive, page.head);
    put(archive, page.commits);
    put(archive, page.blobs);
    put(archive, page.parts);
    put(archive, page.audit);
    return plain(std::move(archive));
}

Result<PullPage> decode_pull_page(ByteView bytes) {
    return decode_body<PullPage>(bytes, kLargestPage, get_pull_page);
}

Bytes encode(const SnapshotPage& page) {
    Writer archive;
    put(archive, page.head);
    put(archive, page.records);
    put(archive, page.more);
    return plain(std::move(archive));
}

Result<SnapshotPage> decode_snapshot_page(ByteView bytes) {
    return decode_body<SnapshotPage>(bytes, kLargestPage, [](Reader& archive) {
        SnapshotPage page;
        get(archive, page.head);
        get(archive, page.records);
        page.more = get_flag(archive);
        return page;
    });
}

Bytes encode(const OpenedAccount& opened) {
    Writer archive;
    put(archive, opened.parts);
    put(archive, opened.roster);
    put(archive, opened.head);
    put(archive, opened.roster_before);
    return plain(std::move(archive));
}

Result<OpenedAccount> decode_opened_account(ByteView bytes) {
    return decode_body<OpenedAccount>(bytes, kLargestOpened, [](Reader& archive) {
        OpenedAccount opened;
        get(archive, opened.parts);
        get(archive, opened.roster);
        get(archive, opened.head);
        get(archive, opened.roster_before);
        return opened;
    });
}

}  // namespace sparekey::core
