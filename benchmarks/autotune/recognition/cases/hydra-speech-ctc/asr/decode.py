def greedy(log_probs, tokens):
    best = log_probs.argmax(-1)
    return [[tokens[i] for i in row.unique_consecutive().tolist() if i] for row in best]


def word_error_rate(pairs):
    wrong = total = 0
    for guesses, truths in pairs:
        for guess, truth in zip(guesses, truths):
            wrong += sum(a != b for a, b in zip(guess, truth)) + abs(len(guess) - len(truth))
            total += max(len(truth), 1)
    return wrong / max(total, 1)
