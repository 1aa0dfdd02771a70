package io.gatun.agent;

import io.gatun.isolator.DeviceRule;
import io.gatun.isolator.Limits;
import io.gatun.mesos.resources.Checkpointed;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.TaskInfo;
import io.gatun.mesos.v1.Value;
import java.util.Arrays;
import java.util.List;
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

    /**
     * Request and limit apart. The request of memory becomes a soft limit only where the task may have more: one equal to
     * the limit would keep nothing from being reclaimed that the limit does not.
     *
     * @param pids most processes and threads, 0 for no limit
     * @param devices that may be opened besides the usual ones
     */
    static Limits of(TaskInfo task, long pids, List<DeviceRule> devices) {
        double limit = finite(limit(task, "cpus"));
        double cpus = limit == 0 ? 0 : Math.max(limit, MIN_CPUS);
        double request = finite(resource(task, "cpus"));
        long hard = bytes(finite(megabytes(task)));
        long soft = bytes(finite(resource(task, "mem")));
        boolean burst = task.containsLimits("mem") && (hard == 0 || soft < hard);
        return new Limits(cpus, hard, pids)
                .with(new Limits.Cpu(cpus == 0 ? request : Math.min(request, cpus), cpus))
                .with(new Limits.Memory(burst ? soft : 0, hard, 0))
                .withDevices(devices);
    }

    private static long bytes(double megabytes) {
        return megabytes == 0 ? 0 : (long) (Math.max(megabytes, MIN_MEGABYTES) * BYTES_PER_MEGABYTE);
    }

    /** The memory limit in MB (2^20 bytes); empty when the task names no memory. */
    static OptionalDouble megabytes(TaskInfo task) {
        return limit(task, "mem");
    }

    /** The task's disk resource in bytes, without volumes and disks that its sandbox does not lie on; 0 for none. */
    static long diskBytes(TaskInfo task) {
        return (long) (finite(limit(task, "disk")) * BYTES_PER_MEGABYTE);
    }

    private static double finite(OptionalDouble limit) {
        return limit.isPresent() && Double.isFinite(limit.getAsDouble()) ? limit.getAsDouble() : 0;
    }

    private static OptionalDouble limit(TaskInfo task, String name) {
        Value.Scalar limit = task.getLimitsMap().get(name);
        if (limit != null) {
            return OptionalDouble.of(limit.getValue());
        }
        return resource(task, name);
    }

    private static OptionalDouble resource(TaskInfo task, String name) {
        // A resource may come in parts, one for each reservation.
        double[] parts = task.getResourcesList().stream()
                .filter(resource -> resource.getName().equals(name)
                        && resource.getType() == Value.Type.SCALAR
                        && !Checkpointed.isVolume(resource)
                        && !resource.getDisk().hasSource())
                .map(Resource::getScalar)
                .mapToDouble(Value.Scalar::getValue)
                .toArray();
        return parts.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Arrays.stream(parts).sum());
    }
}
