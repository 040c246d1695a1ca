#include "sync/http_client/form_body.h"

#include <catch2/catch_test_macros.hpp>

namespace sparekey::sync {

TEST_CASE("a form's names and values cannot end it early", "[http_client][form]") {
    FormBody form;
    form.add("a", "x y&b=c").add("d+", "\xc3\xa4%\n-._~Z9");
    CHECK(std::move(form).take().expose() == "a=x%20y%26b%3Dc&d%2B=%C3%A4%25%0A-._~Z9");
}

}  // namespace sparekey::sync
