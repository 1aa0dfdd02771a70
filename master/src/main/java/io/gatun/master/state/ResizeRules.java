package io.gatun.master.state;

import io.gatun.mesos.resources.Checkpointed;
import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Resource.DiskInfo.Source;
import io.gatun.mesos.v1.Value;
import java.util.List;
import java.util.Optional;

/**
 * What GROW_VOLUME and SHRINK_VOLUME may be asked for (src/master/validation.cpp of Apache Mesos, operation::validate), and
 * what they make of a volume. Sizes are MB, compared in thousandths. Pure.
 */
final class ResizeRules {
    private static final double MILLIS_PER_UNIT = 1000.0;

    private ResizeRules() {}

    /** Says why GROW_VOLUME cannot be done, whatever the agent has. */
    static Optional<String> invalidGrow(Resource volume, Resource addition) {
        return invalidVolume(volume)
                .or(() -> Resources.problem(List.of(addition)).map(error -> "Invalid 'addition': " + error))
                .or(() -> Resources.of(List.of(addition)).isEmpty()
                        ? Optional.of("Size of 'addition' must be greater than zero")
                        : Optional.empty())
                .or(() -> sameDisk(volume, addition) ? Optional.empty() : Optional.of(incompatible(volume, addition)))
                .or(() -> Resources.problem(List.of(resized(volume, millis(volume) + millis(addition))))
                        .map(error -> "The grown volume is invalid: " + error));
    }

    /** Says why SHRINK_VOLUME cannot be done, whatever the agent has. */
    static Optional<String> invalidShrink(Resource volume, Value.Scalar subtract) {
        return invalidVolume(volume).or(() -> {
            // Written so that what is not a number is refused, too.
            if (!(subtract.getValue() > 0) || millis(subtract) == 0) {
                return Optional.of("'subtract' is " + subtract.getValue() + ", must be greater than zero");
            }
            return millis(subtract) < millis(volume)
                    ? Optional.empty()
                    : Optional.of("'subtract' is " + subtract.getValue() + ", must be smaller than the size of volume '"
                            + text(volume) + "'");
        });
    }

    private static Optional<String> invalidVolume(Resource volume) {
        return VolumeRules.notVolumes(List.of(volume))
                .map(error -> "Invalid 'volume': " + error)
                .or(() -> millis(volume) > 0
                        ? Optional.empty()
                        : Optional.of("Size of 'volume' must be greater than zero"))
                .or(() -> unsupported(volume).map(why -> "Volume '" + text(volume) + "' " + why));
    }

    private static Optional<String> unsupported(Resource volume) {
        if (volume.hasProviderId()) {
            return Optional.of("is of resource provider '"
                    + volume.getProviderId().getValue() + "': only volumes on disks of the agent can be resized");
        }
        if (volume.hasShared()) {
            return Optional.of("is shared: shared volumes cannot be resized");
        }
        return volume.getDisk().hasSource() && volume.getDisk().getSource().getType() != Source.Type.PATH
                ? Optional.of("is on a disk of type "
                        + volume.getDisk().getSource().getType()
                        + ": only volumes without 'disk.source', or with one of type PATH, can be resized")
                : Optional.empty();
    }

    private static boolean sameDisk(Resource volume, Resource addition) {
        Resources room = VolumeRules.unallocated(List.of(resized(volume, millis(addition))));
        return Checkpointed.disks(room).equals(VolumeRules.unallocated(List.of(addition)));
    }

    private static String incompatible(Resource volume, Resource addition) {
        return "'addition' is '" + text(addition) + "', must be disk like that under volume '" + text(volume)
                + "': without a volume, with the same reservations (role, principal and labels) and 'disk.source'";
    }

    /**
     * What GROW_VOLUME does, if it is not invalid.
     *
     * @param total of the agent: where it has the volume, all but the size stays as it is there
     */
    static Conversion grow(Resource volume, Resource addition, Resources total) {
        Resource kept = kept(volume, total);
        return new Conversion(
                Resources.of(List.of(kept)).plus(VolumeRules.unallocated(List.of(addition))),
                Resources.of(List.of(resized(kept, millis(kept) + millis(addition)))));
    }

    /** What SHRINK_VOLUME does, if it is not invalid; parameters as of {@link #grow}. */
    static Conversion shrink(Resource volume, Value.Scalar subtract, Resources total) {
        Resource kept = kept(volume, total);
        Resources freed = Checkpointed.disks(Resources.of(List.of(resized(kept, millis(subtract)))));
        return new Conversion(
                Resources.of(List.of(kept)),
                Resources.of(List.of(resized(kept, millis(kept) - millis(subtract))))
                        .plus(freed));
    }

    /**
     * Who asks names a volume by its id; its path and its principal are nobody's to change this way. An unknown one is as
     * it was named, and will not be found.
     */
    private static Resource kept(Resource volume, Resources total) {
        Resources wanted = VolumeRules.unallocated(List.of(volume));
        return Checkpointed.volumes(total).toProtos().stream()
                .filter(have -> Resources.of(List.of(have)).contains(wanted))
                .findFirst()
                .orElseGet(() -> wanted.toProtos().getFirst());
    }

    private static Resource resized(Resource volume, long millis) {
        return volume.toBuilder()
                .setScalar(Value.Scalar.newBuilder().setValue(millis / MILLIS_PER_UNIT))
                .build();
    }

    private static long millis(Resource disk) {
        return millis(disk.getScalar());
    }

    private static long millis(Value.Scalar size) {
        return Math.round(size.getValue() * MILLIS_PER_UNIT);
    }

    private static String text(Resource resource) {
        return Resources.of(List.of(resource)).toString();
    }
}
