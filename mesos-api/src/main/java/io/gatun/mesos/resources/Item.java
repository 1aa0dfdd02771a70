package io.gatun.mesos.resources;

import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Resource.DiskInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One resource, split into what it is and how much of it.
 *
 * @param kind everything but the value: name, type, reservations, disk, revocable, shared, allocation, provider. Always in
 *     the refined form ({@code reservations}, neither {@code role} nor {@code reservation})
 * @param count how often a shared resource is held; 1 for all others
 */
record Item(Resource kind, Quantity quantity, int count) {
    /** Splits a resource. @throws ResourceException naming the resource and the rule that it breaks */
    static Item of(Resource resource) {
        Resource refined = Reservations.refined(resource);
        Quantity quantity = quantity(refined);
        return new Item(
                refined.toBuilder().clearScalar().clearRanges().clearSet().build(), quantity, 1);
    }

    private static Quantity quantity(Resource resource) {
        String name = resource.getName();
        if (name.isEmpty()) {
            throw new ResourceException(resource.getType().toString(), "a resource must have a name");
        }
        boolean valued = switch (resource.getType()) {
            case SCALAR -> resource.hasScalar() && !resource.hasRanges() && !resource.hasSet();
            case RANGES -> resource.hasRanges() && !resource.hasScalar() && !resource.hasSet();
            case SET -> resource.hasSet() && !resource.hasScalar() && !resource.hasRanges();
            case TEXT -> throw new ResourceException(name, "a resource must be SCALAR, RANGES or SET, not TEXT");
        };
        if (!valued) {
            throw new ResourceException(
                    name, "a resource of type " + resource.getType() + " must have a value of that type, and no other");
        }
        return switch (resource.getType()) {
            case SCALAR -> Quantity.Scalar.of(name, resource.getScalar().getValue());
            case RANGES -> Intervals.of(resource.getRanges());
            default ->
                new Quantity.Names(new java.util.TreeSet<>(resource.getSet().getItemList()));
        };
    }

    String name() {
        return kind.getName();
    }

    boolean isEmpty() {
        return quantity.isEmpty();
    }

    /** A thing of its own, which never merges with another and is taken away only as a whole. */
    boolean indivisible() {
        if (!kind.hasDisk()) {
            return false;
        }
        DiskInfo disk = kind.getDisk();
        if (disk.hasPersistence()) {
            return true;
        }
        return disk.hasSource()
                && switch (disk.getSource().getType()) {
                    case MOUNT -> true;
                    case BLOCK, RAW -> disk.getSource().hasId();
                    default -> false;
                };
    }

    /** The same kind of thing, so that amounts can be added, subtracted and compared. */
    boolean matches(Item other) {
        boolean same = kind.equals(other.kind)
                || (kind.hasDisk() && other.kind.hasDisk() && volumeIdentity().equals(other.volumeIdentity()));
        return same && (!(indivisible() || kind.hasShared()) || quantity.equals(other.quantity));
    }

    /**
     * A volume is what its id says: how a task uses it ({@code disk.volume}), and who made it, differ from use to use.
     * Source: operator== of Resource::DiskInfo in src/common/resources.cpp of Apache Mesos.
     */
    private Resource volumeIdentity() {
        if (!kind.hasDisk()
                || !(kind.getDisk().hasPersistence() || kind.getDisk().hasVolume())) {
            return kind;
        }
        Resource.Builder identity = kind.toBuilder();
        identity.getDiskBuilder().clearVolume();
        if (kind.getDisk().hasPersistence()) {
            identity.getDiskBuilder().getPersistenceBuilder().clearPrincipal();
        }
        return identity.build();
    }

    /** Agrees with {@link #matches}, which is broader than equality. */
    @Override
    public int hashCode() {
        return Objects.hash(volumeIdentity(), quantity, count);
    }

    /** As Mesos: {@code disk(eng)[data-1:data]:64}, {@code disk(eng)[MOUNT:/mnt/disk1,data-1:data]:64}. */
    String text() {
        List<String> parts = new ArrayList<>();
        if (kind.getDisk().hasSource()) {
            DiskInfo.Source source = kind.getDisk().getSource();
            String root = source.getPath().getRoot() + source.getMount().getRoot();
            parts.add(source.getType() + (root.isEmpty() ? "" : ":" + root));
        }
        if (kind.getDisk().hasPersistence()) {
            String path = kind.getDisk().getVolume().getContainerPath();
            parts.add(kind.getDisk().getPersistence().getId() + (path.isEmpty() ? "" : ":" + path));
        }
        return name() + (role().equals("*") ? "" : "(" + role() + ")")
                + (parts.isEmpty() ? "" : "[" + String.join(",", parts) + "]")
                + (kind.hasRevocable() ? "{REV}" : "")
                + ":" + quantity.text();
    }

    Resource toProto() {
        Resource.Builder resource = kind.toBuilder();
        quantity.writeTo(resource);
        return resource.build();
    }

    /** The role of the innermost reservation, or {@code *}. */
    String role() {
        List<Resource.ReservationInfo> reservations = kind.getReservationsList();
        return reservations.isEmpty() ? "*" : reservations.getLast().getRole();
    }
}
