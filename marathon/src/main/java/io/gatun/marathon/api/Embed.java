package io.gatun.marathon.api;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a client wants to have with an app: {@code ?embed=apps.tasks}. Unknown words are ignored, as Marathon does. */
enum Embed {
    TASKS,
    COUNTS,
    DEPLOYMENTS,
    READINESS,
    LAST_TASK_FAILURE,
    TASK_STATS;

    static final Set<Embed> OF_LIST = Set.of(COUNTS, DEPLOYMENTS);
    static final Set<Embed> OF_APP = Set.of(COUNTS, DEPLOYMENTS, READINESS, TASKS, LAST_TASK_FAILURE);

    static Set<Embed> of(ApiRequest request, Set<Embed> always) {
        Set<Embed> all = new HashSet<>(always);
        for (String word : request.query().getOrDefault("embed", List.of())) {
            switch (word.replaceFirst("^apps?\\.", "")) {
                case "tasks" -> all.addAll(Set.of(TASKS, DEPLOYMENTS));
                case "counts" -> all.add(COUNTS);
                case "deployments" -> all.add(DEPLOYMENTS);
                case "readiness" -> all.add(READINESS);
                case "lastTaskFailure" -> all.add(LAST_TASK_FAILURE);
                case "failures" -> all.addAll(Set.of(TASKS, LAST_TASK_FAILURE, DEPLOYMENTS));
                case "taskStats" -> all.add(TASK_STATS);
                default -> {
                    // Marathon's own clients send words of several versions.
                }
            }
        }
        return all;
    }
}
