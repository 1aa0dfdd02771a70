package io.gatun.mesos.resources;

import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * An amount of resources: an immutable value with Mesos' arithmetic. Scalars are fixed-point with three decimals, ranges are
 * sorted merged intervals, sets are sorted. Resources of different roles, reservations, disks, allocations or providers
 * never mix; persistent volumes and mount disks are wholes. Empty amounts are dropped.
 */
public final class Resources {
    /** Nothing. */
    public static final Resources NONE = new Resources(List.of());

    /** No two items match each other, none is empty. In the order of first appearance. */
    private final List<Item> items;

    private Resources(List<Item> items) {
        this.items = items;
    }

    /**
     * Parses the text of {@code --resources}: {@code cpus(role):4;mem:1024;ports:[31000-32000]}, or a JSON array.
     *
     * @throws ResourceException naming the text and the rule
     */
    public static Resources parse(String text) {
        return of(ResourceText.parse(text));
    }

    /**
     * The sum of {@code resources}, in either form of reservation.
     *
     * @throws ResourceException naming the resource and the rule
     */
    public static Resources of(Collection<Resource> resources) {
        if (resources.isEmpty()) {
            return NONE;
        }
        List<Item> items = new ArrayList<>(resources.size());
        for (Resource resource : resources) {
            add(items, Item.of(resource));
        }
        return of(items);
    }

    /** What makes {@code resources} invalid, for validation replies; empty when they are fine. */
    public static Optional<String> problem(Collection<Resource> resources) {
        try {
            of(resources);
            return Optional.empty();
        } catch (ResourceException e) {
            return Optional.of(e.getMessage());
        }
    }

    /** An unreserved scalar, such as {@code scalar("cpus", 0.5)}. */
    public static Resources scalar(String name, double units) {
        return of(List.of(Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(units))
                .build()));
    }

    private static Resources of(List<Item> items) {
        return items.isEmpty() ? NONE : new Resources(List.copyOf(items));
    }

    /** All of both. Indivisible things (persistent volumes, mount disks) appear once for each time they were added. */
    public Resources plus(Resources other) {
        if (other.items.isEmpty()) {
            return this;
        }
        if (items.isEmpty()) {
            return other;
        }
        List<Item> sum = new ArrayList<>(items);
        other.items.forEach(item -> add(sum, item));
        return of(sum);
    }

    /** What is left without {@code other}; never less than nothing, and silent about what was not there. */
    public Resources minus(Resources other) {
        if (items.isEmpty() || other.items.isEmpty()) {
            return this;
        }
        List<Item> rest = new ArrayList<>(items);
        other.items.forEach(item -> subtract(rest, item));
        return of(rest);
    }

    /** Whether all of {@code other} is here at once. */
    public boolean contains(Resources other) {
        List<Item> rest = new ArrayList<>(items);
        for (Item wanted : other.items) {
            int at = find(rest, wanted);
            if (at < 0
                    || !rest.get(at).quantity().contains(wanted.quantity())
                    || rest.get(at).count() < wanted.count()) {
                return false;
            }
            subtract(rest, wanted);
        }
        return true;
    }

    public boolean isEmpty() {
        return items.isEmpty();
    }

    /** Cores. */
    public double cpus() {
        return amount("cpus");
    }

    /** Mebibytes. */
    public double mem() {
        return amount("mem");
    }

    /** Mebibytes. */
    public double disk() {
        return amount("disk");
    }

    public double gpus() {
        return amount("gpus");
    }

    /** The sum of the scalars called {@code name}, over all roles. */
    public double amount(String name) {
        return amountMillis(name) / 1000.0;
    }

    /** As {@link #amount(String)}, in thousandths, exactly. */
    public long amountMillis(String name) {
        long millis = 0;
        for (Item item : items) {
            if (item.name().equals(name) && item.quantity() instanceof Quantity.Scalar scalar) {
                millis += scalar.millis() * item.count();
            }
        }
        return millis;
    }

    /** The ranges called {@code ports}, over all roles, sorted and merged. */
    public List<Value.Range> ports() {
        return ranges("ports");
    }

    /** The ranges called {@code name}, over all roles, sorted and merged. */
    public List<Value.Range> ranges(String name) {
        Quantity union = Intervals.NONE;
        for (Item item : items) {
            if (item.name().equals(name) && item.quantity() instanceof Intervals intervals) {
                union = union.plus(intervals);
            }
        }
        return ((Intervals) union).toProto().getRangeList();
    }

    /** Names of the resources, in order of first appearance. */
    public Set<String> names() {
        return items.stream().map(Item::name).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Roles that have reservations here; the innermost role of each stack. */
    public Set<String> reservedRoles() {
        return items.stream()
                .filter(item -> item.kind().getReservationsCount() > 0)
                .map(Item::role)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** What nobody reserved. */
    public Resources unreserved() {
        return filter(resource -> resource.getReservationsCount() == 0);
    }

    /** What is reserved for exactly {@code role}. */
    public Resources reserved(String role) {
        return filter(resource -> resource.getReservationsCount() > 0
                && resource.getReservations(resource.getReservationsCount() - 1)
                        .getRole()
                        .equals(role));
    }

    /** What {@code role} may use: the unreserved, its own reservations and those of the roles above it. */
    public Resources allocatableTo(String role) {
        return filter(resource -> resource.getReservationsCount() == 0
                || Roles.isWithin(
                        role,
                        resource.getReservations(resource.getReservationsCount() - 1)
                                .getRole()));
    }

    /** What may be taken back at any time (oversubscribed). */
    public Resources revocable() {
        return filter(Resource::hasRevocable);
    }

    public Resources nonRevocable() {
        return filter(resource -> !resource.hasRevocable());
    }

    /** Only what {@code keep} accepts; it sees resources in the refined form, without values. */
    public Resources filter(Predicate<Resource> keep) {
        return of(items.stream().filter(item -> keep.test(item.kind())).toList());
    }

    /** The same amounts, marked as allocated to {@code role}. */
    public Resources allocatedTo(String role) {
        return map(kind ->
                kind.setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(role)));
    }

    /** The same amounts without allocation, as an agent's total has them. */
    public Resources unallocated() {
        return map(Resource.Builder::clearAllocationInfo);
    }

    private Resources map(UnaryOperator<Resource.Builder> change) {
        List<Item> changed = new ArrayList<>(items.size());
        for (Item item : items) {
            add(changed, new Item(change.apply(item.kind().toBuilder()).build(), item.quantity(), item.count()));
        }
        return of(changed);
    }

    /** In the refined form of reservation; a shared resource appears once for each time it is held. */
    public List<Resource> toProtos() {
        List<Resource> protos = new ArrayList<>(items.size());
        for (Item item : items) {
            for (int i = 0; i < item.count(); i++) {
                protos.add(item.toProto());
            }
        }
        return protos;
    }

    /** In the old form of reservation ({@code role}), for frameworks without RESERVATION_REFINEMENT. */
    public List<Resource> toOldProtos() {
        return toProtos().stream().map(Reservations::old).toList();
    }

    /**
     * As the old JSON endpoints show resources: {@code cpus}, {@code gpus}, {@code mem} and {@code disk} always, as Double;
     * other scalars as Double; ranges and sets as text ({@code [31000-32000]}, <code>{a, b}</code>). Revocable ones have the
     * suffix {@code _revocable}.
     */
    public SequencedMap<String, Object> model() {
        return ResourceModel.of(items);
    }

    /** Adds to the item that matches, or to the end. */
    private static void add(List<Item> items, Item added) {
        if (added.isEmpty()) {
            return;
        }
        int at = added.indivisible() && !added.kind().hasShared() ? -1 : find(items, added);
        if (at < 0) {
            items.add(added);
            return;
        }
        Item have = items.get(at);
        items.set(
                at,
                have.kind().hasShared()
                        ? new Item(have.kind(), have.quantity(), have.count() + added.count())
                        : new Item(have.kind(), have.quantity().plus(added.quantity()), 1));
    }

    private static void subtract(List<Item> items, Item taken) {
        int at = find(items, taken);
        if (at < 0) {
            return;
        }
        Item have = items.get(at);
        Item rest;
        if (have.kind().hasShared()) {
            rest = new Item(have.kind(), have.quantity(), have.count() - taken.count());
        } else if (have.indivisible()) {
            rest = null;
        } else {
            rest = new Item(have.kind(), have.quantity().minus(taken.quantity()), 1);
        }
        if (rest == null || rest.isEmpty() || rest.count() <= 0) {
            items.remove(at);
        } else {
            items.set(at, rest);
        }
    }

    private static int find(List<Item> items, Item wanted) {
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).matches(wanted)) {
                return i;
            }
        }
        return -1;
    }

    /** Equal amounts, whatever the order. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Resources that && (items.equals(that.items) || (contains(that) && that.contains(this)));
    }

    @Override
    public int hashCode() {
        // Independent of order, as equality is.
        return items.stream().mapToInt(Objects::hashCode).sum();
    }

    /** Mesos' text: {@code cpus:4; mem(eng):1024; ports:[31000-32000]}. */
    @Override
    public String toString() {
        return items.stream().map(Item::text).collect(Collectors.joining("; "));
    }
}
