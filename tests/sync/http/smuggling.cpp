#include "tests/sync/http/smuggling.h"

namespace sparekey::tests {
namespace {

const std::string kHost = "Host: vault.example\r\n";
const std::string kHidden = "GET /smuggled HTTP/1.1\r\nHost: vault.example\r\n\r\n";

std::string get_with(const std::string& fields) {
    return "GET /quick HTTP/1.1\r\n" + kHost + fields + "\r\n";
}
std::string post(const std::string& fields, const std::string& body) {
    return "POST /echo HTTP/1.1\r\n" + kHost + fields + "\r\n" + body;
}
std::string at(const std::string& target) {
    return "GET " + target + " HTTP/1.1\r\n" + kHost + "\r\n";
}
std::string many_fields(int count) {
    std::string fields;
    for (int i = 0; i < count; ++i) fields += "X-" + std::to_string(i) + ": 1\r\n";
    return fields;
}

std::vector<Smuggled> transfer_codings() {
    const std::string chunked = "0\r\n\r\n" + kHidden;
    const std::string length = "Content-Length: 4\r\n";
    const auto coded = [&](const std::string& value, const std::string& more = {}) {
        return post("Transfer-Encoding: " + value + "\r\n" + more, chunked);
    };
    return {
        {"chunked", coded("chunked"), "transfer_encoding"},
        {"chunked, gzip", coded("chunked, gzip"), "transfer_encoding"},
        {"gzip, chunked", coded("gzip, chunked"), "transfer_encoding"},
        {"gzip", coded("gzip"), "transfer_encoding"},
        {"identity", coded("identity"), "transfer_encoding"},
        {"xchunked", coded("xchunked"), "transfer_encoding"},
        {"an empty coding", coded(""), "transfer_encoding"},
        {"chunked in capitals", coded("CHUNKED"), "transfer_encoding"},
        {"chunked after a tab", post("Transfer-Encoding:\tchunked\r\n", chunked),
         "transfer_encoding"},
        {"chunked in quotes", coded("\"chunked\""), "transfer_encoding"},
        {"chunked, then a length", coded("chunked", length), "transfer_encoding"},
        {"a length, then chunked", post(length + "Transfer-Encoding: chunked\r\n", chunked),
         "transfer_encoding"},
        {"chunked twice", coded("chunked", "Transfer-Encoding: chunked\r\n"), "transfer_encoding"},
        {"chunked with a trailer",
         post("Transfer-Encoding: chunked\r\n", "0\r\nHost: evil.example\r\n\r\n"),
         "transfer_encoding"},
        {"a space before the colon", post("Transfer-Encoding : chunked\r\n", chunked),
         "field_name"},
        {"a control character before the name", post("\vTransfer-Encoding: chunked\r\n", chunked),
         "field_name"},
        {"a folded coding", post("Transfer-Encoding:\r\n chunked\r\n", chunked), "folded"},
        {"a coding after a lone CR", post("X: y\rTransfer-Encoding: chunked\r\n", chunked),
         "control"},
        {"a coding after a lone LF", post("X: y\nTransfer-Encoding: chunked\r\n", chunked),
         "line_ends"},
        {"an announced trailer", get_with("Trailer: Host\r\n"), "trailer"},
    };
}

std::vector<Smuggled> lengths() {
    const auto sized = [](const std::string& value) {
        return post("Content-Length: " + value + "\r\n", "abcd" + kHidden);
    };
    return {
        {"two equal lengths", post("Content-Length: 4\r\nContent-Length: 4\r\n", "abcd"),
         "content_length"},
        {"two lengths", post("Content-Length: 4\r\nContent-Length: 0\r\n", "abcd" + kHidden),
         "content_length"},
        {"a list of lengths", sized("4, 4"), "content_length"},
        {"a sign", sized("+4"), "content_length"},
        {"a negative length", sized("-1"), "content_length"},
        {"a hexadecimal length", sized("0x4"), "content_length"},
        {"an empty length", sized(""), "content_length"},
        {"a length with a space", sized("4 4"), "content_length"},
        {"a length with a fraction", sized("4.0"), "content_length"},
        {"a length above 64 bits", sized("18446744073709551620"), "content_length"},
        {"a body in a coding", post("Content-Encoding: gzip\r\nContent-Length: 4\r\n", "abcd"),
         "content_encoding"},
        {"an expectation", post("Expect: 100-continue\r\nContent-Length: 4\r\n", "abcd"), "expect"},
    };
}

std::vector<Smuggled> hosts() {
    return {
        {"no host", "GET /quick HTTP/1.1\r\n\r\n", "host"},
        {"two equal hosts", get_with(kHost), "host"},
        {"two hosts", get_with("Host: evil.example\r\n"), "host"},
        {"another host", "GET /quick HTTP/1.1\r\nHost: evil.example\r\n\r\n", "authority"},
        {"another port", "GET /quick HTTP/1.1\r\nHost: vault.example:81\r\n\r\n", "authority"},
        {"an empty host", "GET /quick HTTP/1.1\r\nHost:\r\n\r\n", "authority"},
        {"a host with a user", "GET /quick HTTP/1.1\r\nHost: a@vault.example\r\n\r\n", "authority"},
        {"two values of one host",
         "GET /quick HTTP/1.1\r\nHost: vault.example, evil.example\r\n\r\n", "authority"},
        {"two credentials", get_with("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"),
         "twice"},
    };
}

std::vector<Smuggled> targets() {
    return {
        {"an absolute target", at("http://evil.example/quick"), "target"},
        {"an authority", "GET evil.example:443 HTTP/1.1\r\n" + kHost + "\r\n", "target"},
        {"an asterisk", at("*"), "target"},
        {"a fragment", at("/quick#x"), "path"},
        {"a fragment in the query", at("/quick?a#x"), "target"},
        {"an encoded NUL", at("/quick%00"), "path"},
        {"an encoded line end", at("/quick%0d%0aX:%20y"), "path"},
        {"an encoded slash", at("/quick%2fx"), "path"},
        {"an encoded backslash", at("/quick%5cx"), "path"},
        {"a backslash", at("/quick\\x"), "path"},
        {"dot segments", at("/x/../quick"), "path"},
        {"encoded dot segments", at("/x/%2e%2E/quick"), "path"},
        {"a dot at the end", at("/quick/."), "path"},
        {"half an encoding", at("/quick%4"), "path"},
        {"no digits in an encoding", at("/quick%zz"), "path"},
        {"bytes that are no UTF-8", at("/quick%ff"), "path"},
        {"a raw byte above ASCII",
         at("/qu\xc3\xaf"
            "ck"),
         "path"},
        {"a space in the target", at("/quick x"), "path"},
        {"a tab in the query", at("/quick?a\tb"), "target"},
        {"a long target", at("/" + std::string(9000, 'a')), "target_size"},
    };
}

std::vector<Smuggled> lines() {
    const std::string nul(1, '\0');
    return {
        {"HTTP/1.0", "GET /quick HTTP/1.0\r\n" + kHost + "\r\n", "version"},
        {"HTTP/1.2", "GET /quick HTTP/1.2\r\n" + kHost + "\r\n", "version"},
        {"HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "method"},
        {"a version in small letters", "GET /quick http/1.1\r\n" + kHost + "\r\n", "version"},
        {"HTTP/0.9", "GET /quick\r\n\r\n", "request_line"},
        {"a tab for a space", "GET\t/quick\tHTTP/1.1\r\n" + kHost + "\r\n", "request_line"},
        {"an empty line first", "\r\n" + get_with(""), "request_line"},
        {"a space first", " " + get_with(""), "method"},
        {"an unknown method", "TRACE /quick HTTP/1.1\r\n" + kHost + "\r\n", "method"},
        {"a method in small letters", "get /quick HTTP/1.1\r\n" + kHost + "\r\n", "method"},
        {"lone LFs", "GET /quick HTTP/1.1\nHost: vault.example\n\n", "line_ends"},
        {"a lone LF at the end", "GET /quick HTTP/1.1\r\n" + kHost + "\n", "line_ends"},
        {"a folded field", get_with("X: y\r\n z\r\n"), "folded"},
        {"a field folded by a tab", get_with("X: y\r\n\tz\r\n"), "folded"},
        {"a folded first field", "GET /quick HTTP/1.1\r\n X: y\r\n" + kHost + "\r\n", "folded"},
        {"a field without a colon", get_with("X\r\n"), "field_name"},
        {"a field without a name", get_with(": y\r\n"), "field_name"},
        {"a space in a name", get_with("X Y: z\r\n"), "field_name"},
        {"a NUL in a value", get_with("X: a" + nul + "b\r\n"), "control"},
        {"a NUL in a name", get_with("X" + nul + ": b\r\n"), "field_name"},
        {"DEL in a value", get_with("X: a\x7f\r\n"), "control"},
        {"an escape in a value", get_with("X: \x1b[2J\r\n"), "control"},
        {"a byte that is no word in Connection", get_with("Connection: clos\xa7\r\n"),
         "connection"},
        {"two words without a comma in Connection", get_with("Connection: close x\r\n"),
         "connection"},
        {"65 fields", get_with(many_fields(64)), "head_fields"},
        {"1,500 tiny fields", get_with(many_fields(1500)), "head_fields"},
        {"a head of 17 KiB", get_with("X: " + std::string(17 << 10, 'a') + "\r\n"), "head_size"},
        {"TLS where none is spoken", std::string("\x16\x03\x01\x02\x00\x01\x00\x01", 8), "control"},
    };
}

}  // namespace

const std::vector<Smuggled>& smuggled_requests() {
    static const std::vector<Smuggled> all = [] {
        std::vector<Smuggled> joined;
        for (const auto& part : {transfer_codings(), lengths(), hosts(), targets(), lines()}) {
            joined.insert(joined.end(), part.begin(), part.end());
        }
        return joined;
    }();
    return all;
}

}  // namespace sparekey::tests
