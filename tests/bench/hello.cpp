// The least that a statically linked C++ program can cost.
#include <iostream>

int main() {
    std::cout << "hello\n";
}
