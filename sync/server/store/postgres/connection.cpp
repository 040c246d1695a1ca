#include "sync/server/store/postgres/connection.h"

#include <pqxx/pqxx>

#include <charconv>
#include <exception>
#include <new>
#include <unordered_map>

namespace sparekey::sync {
namespace {

// A database that is slow is answered like one that is away; nobody waits for ever for a lock that
// a stopped program holds.
constexpr Script kSessionSettings(R"sql(
SET statement_timeout = '10s';
SET lock_timeout = '4s';
SET idle_in_transaction_session_timeout = '60s';
SET synchronous_commit = on;
SET client_encoding = 'UTF8';
SET bytea_output = 'hex';
SET client_min_messages = warning;
)sql");

// Of pg_type; they are part of the protocol and never change.
constexpr unsigned kByteaType = 17;
constexpr unsigned kBigintType = 20;
constexpr unsigned kIntegerType = 23;

// What is different between libpqxx 6 and 7 ------------------------------------------------------

#if PQXX_VERSION_MAJOR < 7

void stay_disconnected(pqxx::connection& connection) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    connection.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

/// A null pointer is NULL.
pqxx::result exec_prepared(pqxx::nontransaction& work, const std::string& name,
                           const std::vector<const char*>& parameters) {
    return work.exec_prepared(name, pqxx::prepare::make_dynamic_params(parameters));
}

#else

void stay_disconnected(pqxx::connection&) {}

pqxx::result exec_prepared(pqxx::nontransaction& work, const std::string& name,
                           const std::vector<const char*>& parameters) {
    pqxx::params list;
    for (const char* const parameter : parameters) {
        if (parameter == nullptr) {
            list.append();
        } else {
            list.append(std::string(parameter));
        }
    }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    return work.exec_prepared(name, list);
#pragma GCC diagnostic pop
}

#endif

// -------------------------------------------------------------------------------------------------

/// A parameter as the text that PostgreSQL reads; NULL is left out.
std::optional<std::string> text_of(const Value& value) {
    struct Text {
        std::optional<std::string> operator()(std::monostate) const { return std::nullopt; }
        std::optional<std::string> operator()(std::int64_t number) const {
            return std::to_string(number);
        }
        std::optional<std::string> operator()(std::string_view text) const {
            return std::string(text);
        }
        std::optional<std::string> operator()(ByteView view) const {
            return "\\x" + core::to_hex(view);
        }
    };
    return std::visit(Text{}, value);
}

std::int64_t number_of(std::string_view text) {
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc()) throw StoreDamaged("PostgreSQL answers a number that is none");
    return number;
}

Bytes bytes_of_hex(std::string_view text) {
    auto bytes = text.starts_with("\\x") ? core::from_hex(text.substr(2)) : std::nullopt;
    if (!bytes) throw StoreDamaged("PostgreSQL answers bytes that are none");
    return std::move(*bytes);
}

Row row_of(const pqxx::result& result, pqxx::result::size_type at) {
    std::vector<Cell> cells;
    for (const auto& field : result[at]) {
        const std::string_view text(field.c_str(), field.size());
        const auto type = static_cast<unsigned>(field.type());
        if (field.is_null()) {
            cells.emplace_back(std::monostate());
        } else if (type == kBigintType || type == kIntegerType) {
            cells.emplace_back(number_of(text));
        } else if (type == kByteaType) {
            cells.emplace_back(bytes_of_hex(text));
        } else {
            cells.emplace_back(std::string(text));
        }
    }
    return Row(std::move(cells));
}

Answer answer_of(const pqxx::result& result) {
    Answer answer;
    for (pqxx::result::size_type at = 0; at < result.size(); ++at) {
        answer.rows.push_back(row_of(result, at));
    }
    answer.changed = static_cast<std::size_t>(result.affected_rows());
    return answer;
}

[[noreturn]] void throw_sql_error(const std::string& state) {
    if (state == "40001" || state == "40P01") {
        throw TransactionConflict("PostgreSQL: transactions met (" + state + ")");
    }
    if (state == "XX001" || state == "XX002") throw StoreDamaged("PostgreSQL: damaged data");
    throw StoreUnavailable("PostgreSQL refuses (" + state + ")");
}

/// Runs `call`; nothing that libpqxx throws leaves this file. Its texts do not either: they name
/// rows and parameters.
template <class Call>
auto guarded(Call call) {
    try {
        return call();
    } catch (const pqxx::broken_connection&) {
        throw StoreUnavailable("PostgreSQL is away");
    } catch (const pqxx::serialization_failure&) {
        throw_sql_error("40001");  // in libpqxx 6 these two are no sql_error
    } catch (const pqxx::deadlock_detected&) {
        throw_sql_error("40P01");
    } catch (const pqxx::sql_error& error) {
        throw_sql_error(error.sqlstate());
    } catch (const core::SystemFailure&) {
        throw;  // ours
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::exception&) {  // libpqxx 7 has no class of all its exceptions
        throw StoreUnavailable("PostgreSQL answers what nobody expects");
    }
}

std::string first_line(std::string_view text) {
    text = text.substr(0, text.find('\n'));
    while (text.starts_with(' ')) text.remove_prefix(1);
    return std::string(text);
}

/// What libpq says of a connection that came to nothing, as far as it is the server's or the
/// system's reason. The rest repeats the address, which may hold a password, and where the address
/// could not be read the password may be in any part of it.
std::string reason_of(std::string_view told) {
    constexpr std::string_view kRefused = "FATAL:";
    constexpr std::string_view kFailed = " failed: ";
    if (const auto at = told.rfind(kRefused); at != std::string_view::npos) {
        return "PostgreSQL refuses the connection: " +
               first_line(told.substr(at + kRefused.size()));
    }
    if (told.find("could not translate host name") != std::string_view::npos) {
        return "PostgreSQL is away: its host's name is not known";
    }
    if (const auto at = told.rfind(kFailed); at != std::string_view::npos) {
        return "PostgreSQL is away: " + first_line(told.substr(at + kFailed.size()));
    }
    return "PostgreSQL is away, or the store's address is none that it knows";
}

class Receiver final : public pqxx::notification_receiver {
  public:
    Receiver(pqxx::connection& connection, const char* channel)
        : notification_receiver(connection, channel) {}
    void operator()(const std::string& payload, int) override { payloads.push_back(payload); }
    std::vector<std::string> payloads;
};

}  // namespace

struct PostgresConnection::Library {
    explicit Library(const std::string& options) : connection(options) {
        stay_disconnected(connection);
    }

    const std::string& prepare(const Query& query) {
        const auto known = names.find(&query);
        if (known != names.end()) return known->second;
        const std::string name = "q" + std::to_string(names.size());
        connection.prepare(name, query.postgres);
        return names.emplace(&query, name).first->second;
    }

    pqxx::connection connection;
    std::unordered_map<const Query*, std::string> names;
    std::unique_ptr<Receiver> receiver;
};

PostgresConnection::PostgresConnection(const std::string& options) {
    guarded([this, &options] {
        try {
            library_ = std::make_unique<Library>(options);
        } catch (const pqxx::broken_connection& failure) {
            throw StoreUnavailable(reason_of(failure.what()));
        }
    });
    execute(kSessionSettings);
}

PostgresConnection::~PostgresConnection() = default;

Answer PostgresConnection::run(const Query& query, std::span<const Value> parameters) {
    std::vector<std::optional<std::string>> texts;
    std::vector<const char*> pointers;
    for (const Value& value : parameters) texts.push_back(text_of(value));
    for (const auto& text : texts) pointers.push_back(text ? text->c_str() : nullptr);
    return guarded([&] {
        const std::string& name = library_->prepare(query);
        pqxx::nontransaction work(library_->connection);
        return answer_of(exec_prepared(work, name, pointers));
    });
}

void PostgresConnection::execute(const Script& script) {
    guarded([&] {
        pqxx::nontransaction work(library_->connection);
        work.exec(script.text);
    });
}

bool PostgresConnection::is_broken() const {
    return !library_->connection.is_open();
}

int PostgresConnection::backend() const {
    return library_->connection.backendpid();
}

int PostgresConnection::socket() const {
    return library_->connection.sock();
}

void PostgresConnection::listen(const char* channel) {
    guarded(
        [&] { library_->receiver = std::make_unique<Receiver>(library_->connection, channel); });
}

std::vector<std::string> PostgresConnection::notifications() {
    return guarded([this] {
        library_->connection.get_notifs();
        return library_->receiver ? std::exchange(library_->receiver->payloads, {})
                                  : std::vector<std::string>();
    });
}

}  // namespace sparekey::sync
