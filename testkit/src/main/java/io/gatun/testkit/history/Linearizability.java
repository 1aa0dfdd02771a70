package io.gatun.testkit.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether a history is linearizable (Herlihy and Wing, 1990): whether every operation can be given one moment between its
 * call and its return such that the operations, in the order of these moments, are what a single copy would have done.
 */
public final class Linearizability {
    private Linearizability() {}

    /**
     * Checks part by part.
     *
     * @param operations in any order
     * @param stepsMax how many times an operation may be tried, for each part
     */
    public static <S, I, O> Verdict check(Model<S, I, O> model, List<Operation<I, O>> operations, long stepsMax) {
        Map<Object, List<Operation<I, O>>> parts = new LinkedHashMap<>();
        for (Operation<I, O> operation : operations) {
            parts.computeIfAbsent(model.part(operation.input()), part -> new ArrayList<>())
                    .add(operation);
        }
        Verdict verdict = new Verdict(Verdict.Kind.LINEARIZABLE, 0, 0, "");
        for (List<Operation<I, O>> part : parts.values()) {
            verdict = verdict.and(new Search<>(model, part, stepsMax).run());
        }
        return verdict;
    }
}
