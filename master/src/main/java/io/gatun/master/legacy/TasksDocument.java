package io.gatun.master.legacy;

import com.fasterxml.jackson.core.JsonGenerator;
import io.gatun.master.state.FrameworkView;
import io.gatun.master.state.MasterSnapshot;
import io.gatun.mesos.v1.Task;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** {@code /tasks}: tasks of live and completed frameworks, running, unreachable and completed ones, a page at a time. */
record TasksDocument(MasterSnapshot snapshot, Query query) implements Document {
    private static final int DEFAULT_LIMIT = 100;

    /**
     * Which tasks, and in which order.
     *
     * @param limit most tasks to show, not negative
     * @param offset tasks to leave out at the start, not negative
     * @param ascending oldest first, by the time of the first status; otherwise newest first
     */
    record Query(int limit, int offset, boolean ascending, Optional<String> frameworkId, Optional<String> taskId) {
        /**
         * The query of a request; order {@code asc} or, the default, {@code des}. Unlike Mesos, which takes the default
         * for what it cannot read, this says so.
         *
         * @throws IllegalArgumentException naming the parameter, its value and the rule
         */
        static Query parse(MultiMap params) {
            return new Query(
                    count(params, "limit", DEFAULT_LIMIT),
                    count(params, "offset", 0),
                    "asc".equals(params.get("order")),
                    Optional.ofNullable(params.get("framework_id")),
                    Optional.ofNullable(params.get("task_id")));
        }

        private static int count(MultiMap params, String name, int otherwise) {
            String text = params.get(name);
            if (text == null) {
                return otherwise;
            }
            if (!text.matches("\\d{1,9}")) {
                throw new IllegalArgumentException("Query parameter '" + name + "' is '" + text
                        + "'; it must be a whole number from 0 to 999999999");
            }
            return Integer.parseInt(text);
        }
    }

    @Override
    public void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        Fields.array(json, "tasks", selected(), TaskModel::write);
        json.writeEndObject();
    }

    private List<Task> selected() {
        // A task without any status counts as older than all that have one.
        Comparator<Task> oldestFirst = Comparator.comparing((Task task) -> task.getStatusesCount() > 0)
                .thenComparingDouble(task ->
                        task.getStatusesCount() > 0 ? task.getStatuses(0).getTimestamp() : 0);
        Comparator<Task> order = query.ascending() ? oldestFirst : oldestFirst.reversed();
        return Stream.concat(snapshot.frameworks().stream(), snapshot.completedFrameworks().stream())
                .filter(view -> query.frameworkId()
                        .map(view.info().getId().getValue()::equals)
                        .orElse(true))
                .flatMap(TasksDocument::tasks)
                .filter(task ->
                        query.taskId().map(task.getTaskId().getValue()::equals).orElse(true))
                .sorted(order)
                .skip(query.offset())
                .limit(query.limit())
                .toList();
    }

    private static Stream<Task> tasks(FrameworkView framework) {
        return Stream.of(framework.tasks(), framework.unreachableTasks(), framework.completedTasks())
                .flatMap(List::stream);
    }
}
