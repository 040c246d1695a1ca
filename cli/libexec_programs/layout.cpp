// sparekey-layout: places a graph. DOT on standard input, Graphviz's "plain" on standard output:
// where its `dot` puts the nodes, in inches from the lower left, and the curves of the edges.
//
// It is given node numbers and sizes, and no text of anybody's.
#include <graphviz/gvc.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace {

constexpr std::size_t kMostInput = std::size_t{4} << 20;
constexpr unsigned kMostSeconds = 20;  // then SIGALRM ends it: a picture is not worth more

using Context = std::unique_ptr<GVC_t, decltype(&gvFreeContext)>;
using Graph = std::unique_ptr<Agraph_t, decltype(&agclose)>;

std::string read_input() {
    std::string text;
    std::array<char, 16 * 1024> block;
    while (const std::size_t got = std::fread(block.data(), 1, block.size(), stdin)) {
        text.append(block.data(), got);
        if (text.size() > kMostInput) return {};
    }
    return text;
}

int complain(const char* what) {
    std::fprintf(stderr, "sparekey-layout: %s\n", what);
    return 1;
}

int print(GVC_t* context, Agraph_t* graph) {
    char* plain = nullptr;
    unsigned size = 0;
    if (gvRenderData(context, graph, "plain", &plain, &size) != 0) {
        return complain("Graphviz has no plain output");
    }
    const bool written = std::fwrite(plain, 1, size, stdout) == size && std::fflush(stdout) == 0;
    gvFreeRenderData(plain);
    return written ? 0 : 1;
}

}  // namespace

int main(int argc, char**) {
    if (argc != 1) {
        std::fputs("usage: sparekey-layout < GRAPH\n", stderr);
        return 2;
    }
    ::alarm(kMostSeconds);
    const std::string text = read_input();
    if (text.empty()) return complain("nothing, or too much to place");
    const Context context(gvContext(), &gvFreeContext);
    const Graph graph(agmemread(text.c_str()), &agclose);
    if (!graph) return complain("this is not a graph");
    if (gvLayout(context.get(), graph.get(), "dot") != 0) {
        return complain("Graphviz cannot place it: is its plugin for dot there (dot -c)?");
    }
    const int status = print(context.get(), graph.get());
    gvFreeLayout(context.get(), graph.get());
    return status;
}
