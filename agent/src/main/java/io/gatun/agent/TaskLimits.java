package io.gatun.agent;

import io.gatun.isolator.Limits;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.Value;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * What a task's container may use at most: its {@code limits} where it names them (infinity lifts a limit), else its
 * resources.
 */
final class TaskLimits {
    private static final double BYTES_PER_MEGABYTE = 1 << 20;
    /** The least CPU bandwidth that the kernel takes, {@link Limits}; a smaller request is rounded up. */
    private static final double MIN_CPUS = 0.01;
    /** As Mesos' MIN_MEMORY: below this not even a shell starts. */
    private static final double MIN_MEGABYTES = 32;

    private TaskLimits() {}

    /** @param pids most processes and threads, 0 for no limit */
    static Limits of(TaskInfo task, long pids) {
        double cpus = finite(limit(task, "cpus"));
        double megabytes = finite(megabytes(task));
        return new Limits(
                cpus == 0 ? 0 : Math.max(cpus, MIN_CPUS),
                megabytes == 0 ? 0 : (long) (Math.max(megabytes, MIN_MEGABYTES) * BYTES_PER_MEGABYTE),
                pids);
    }

    /** The memory limit in MB (2^20 bytes); empty when the task names no memory. */
    static OptionalDouble megabytes(TaskInfo task) {
        return limit(task, "mem");
    }

    private static double finite(OptionalDouble limit) {
        return limit.isPresent() && Double.isFinite(limit.getAsDouble()) ? limit.getAsDouble() : 0;
    }

    private static OptionalDouble limit(TaskInfo task, String name) {
        Value.Scalar limit = task.getLimitsMap().get(name);
        if (limit != null) {
            return OptionalDouble.of(limit.getValue());
        }
        // A resource may come in parts, one for each reservation.
        double[] parts = task.getResourcesList().stream()
                .filter(resource -> resource.getName().equals(name) && resource.getType() == Value.Type.SCALAR)
                .map(Resource::getScalar)
                .mapToDouble(Value.Scalar::getValue)
                .toArray();
        return parts.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Arrays.stream(parts).sum());
    }
}
