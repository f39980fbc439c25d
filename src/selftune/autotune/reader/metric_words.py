"""Words in the names of printed numbers: those that measure quality, and those that count, time or set."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


COUNTERS = _words("""
    epoch epochs ep step steps iter iters iteration iterations batch batches time elapsed eta lr rate seconds sec
    secs s ms speed seed fold index idx size count num number samples examples rows cols columns shape params
    parameters device gpu gpus rank version path file dir folder name model data dataset saved saving loading loaded
    using load save start end begin running run args arguments config length len lens job id task progress memory
    mem timestep timesteps frame frames learning momentum workers threads took duration global local patience
    current input output dim hidden layers class classes features train_size test_size checkpoint trial host port
    url worker timestamp episode episodes ty sps fps it i n t of at in to from weight decay warmup optimizer
    scheduler dropout width depth image images sentences documents tokens instances nodes edges points
    the a an on for over with and
""")
"""A number whose name has one of these is no metric."""

TELLING = _words("""
    loss losses acc acc1 acc5 accuracy error err rmse mse mae mape r2 auc roc logloss f1 fscore precision prec prec1
    perplexity bleu rouge reward return returns score map ndcg iou dice psnr ssim fid nll elbo kappa mcc top1 top5
    perp objective cost wer cer rouge1 rougel em mrr hit ap auroc auprc likelihood correlation corr silhouette
    recall ppl inertia bpc bpb r rmsle gini wape smape crps metric fitness
""")
"""A number whose name has one of these is a metric, however it is printed."""
