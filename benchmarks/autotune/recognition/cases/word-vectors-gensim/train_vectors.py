"""Word vectors with gensim, judged by similarity of word pairs."""
import argparse
import logging
import multiprocessing

from gensim.models import Word2Vec
from gensim.models.word2vec import LineSentence


def main():
    logging.basicConfig(format="%(asctime)s : %(levelname)s : %(message)s", level=logging.WARNING)
    parser = argparse.ArgumentParser()
    parser.add_argument("-train", required=True, help="text, a sentence a line")
    parser.add_argument("-pairs", required=True, help="word pairs with human judgements")
    parser.add_argument("-size", type=int, default=100, help="dimension of the vectors")
    parser.add_argument("-window", type=int, default=5, help="words to the left and right")
    parser.add_argument("-negative", type=int, default=5, help="negative samples")
    parser.add_argument("-sample", type=float, default=1e-3, help="threshold of frequent words")
    parser.add_argument("-min-count", type=int, default=5)
    parser.add_argument("-alpha", type=float, default=0.025, help="initial learning rate")
    parser.add_argument("-cbow", type=int, default=1, choices=[0, 1])
    parser.add_argument("-iter", type=int, default=5)
    parser.add_argument("-threads", type=int, default=multiprocessing.cpu_count())
    parser.add_argument("-output", default="vectors.bin")
    args = parser.parse_args()
    model = Word2Vec(
        LineSentence(args.train), vector_size=args.size, window=args.window, negative=args.negative, sample=args.sample,
        min_count=args.min_count, alpha=args.alpha, sg=1 - args.cbow, epochs=args.iter, workers=args.threads,
    )
    pearson, spearman, missing = model.wv.evaluate_word_pairs(args.pairs)
    print(f"spearman: {spearman.statistic:.4f} missing: {missing:.1f}%")
    model.wv.save_word2vec_format(args.output, binary=True)


if __name__ == "__main__":
    main()
