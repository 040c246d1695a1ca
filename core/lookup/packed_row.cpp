#include "core/lookup/packed_row.h"

namespace sparekey::core {
namespace {

void put_number(std::string& bytes, std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) bytes += static_cast<char>(number | 0x80);
    bytes += static_cast<char>(number);
}

void put_text(std::string& bytes, std::string_view text) {
    put_number(bytes, text.size());
    bytes += text;
}

void put_texts(std::string& bytes, const std::vector<std::string>& texts) {
    put_number(bytes, texts.size());
    for (const std::string& text : texts) put_text(bytes, text);
}

class Unpacking {
  public:
    explicit Unpacking(std::string_view bytes) : whole_(bytes), left_(bytes) {}

    std::uint64_t number() {
        std::uint64_t number = 0;
        for (unsigned shift = 0;; shift += 7) {
            const auto byte = static_cast<unsigned char>(left_.at(0));
            left_.remove_prefix(1);
            number |= std::uint64_t{byte & 0x7fU} << shift;
            if (byte < 0x80) return number;
        }
    }
    std::string_view text() {
        const std::uint64_t size = number();
        const std::string_view text = left_.substr(0, size);
        left_.remove_prefix(text.size());
        return text;
    }
    std::size_t done() const { return whole_.size() - left_.size(); }

  private:
    std::string_view whole_;
    std::string_view left_;
};

constexpr std::uint64_t kFavorite = 1;
constexpr std::uint64_t kDeleted = 2;

}  // namespace

void pack_row(std::string& bytes, const IndexRow& row) {
    const Summary& summary = row.summary;
    put_number(bytes, row.revision);
    put_number(bytes, static_cast<std::uint64_t>(summary.type));
    put_number(bytes, (summary.favorite ? kFavorite : 0) | (summary.deleted ? kDeleted : 0));
    put_number(bytes, summary.created_ms);
    put_number(bytes, summary.modified_ms);
    put_number(bytes, summary.conflicts);
    put_text(bytes, summary.title);
    put_text(bytes, summary.username);
    put_texts(bytes, summary.urls);
    put_texts(bytes, summary.tags);
}

IndexRow unpack_row(std::string_view bytes, const RecordId& id) {
    Unpacking from(bytes);
    IndexRow row;
    row.id = id;
    row.revision = from.number();
    Summary& summary = row.summary;
    summary.type = static_cast<ItemType>(from.number());
    const std::uint64_t marks = from.number();
    summary.favorite = (marks & kFavorite) != 0;
    summary.deleted = (marks & kDeleted) != 0;
    summary.created_ms = from.number();
    summary.modified_ms = from.number();
    summary.conflicts = from.number();
    summary.title = from.text();
    summary.username = from.text();
    for (std::vector<std::string>* const texts : {&summary.urls, &summary.tags}) {
        texts->resize(from.number());
        for (std::string& text : *texts) text = from.text();
    }
    return row;
}

std::size_t packed_size(std::string_view bytes) {
    Unpacking from(bytes);
    for (int numbers = 0; numbers < 6; ++numbers) from.number();
    for (int texts = 0; texts < 2; ++texts) from.text();
    for (int sets = 0; sets < 2; ++sets) {
        for (std::uint64_t texts = from.number(); texts > 0; --texts) from.text();
    }
    return from.done();
}

}  // namespace sparekey::core
