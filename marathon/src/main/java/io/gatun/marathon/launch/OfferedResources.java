package io.gatun.marathon.launch;

import io.gatun.marathon.app.Demand;
import io.gatun.marathon.app.PortDefinition;
import io.gatun.marathon.app.Ports;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * What is left of one offer while tasks are cut from it. Scalars are counted in thousandths, the precision of Mesos, so
 * that a hundred times 0.1 is 10. Resources taken keep all that the offer said of them (role, reservation, allocation).
 */
final class OfferedResources {
    private static final double THOUSANDTHS = 1000;

    private record Scalar(Resource resource, long left) {}

    private record Span(Resource resource, int first, int last) {
        int size() {
            return last - first + 1;
        }
    }

    /** Resources for one task, and its host ports in the order of the definitions; 0 where none is needed. */
    record Cut(List<Resource> resources, List<Integer> hostPorts) {}

    private List<Scalar> scalars = new ArrayList<>();
    private List<Span> spans = new ArrayList<>();
    private final RandomGenerator random;

    /**
     * Takes in an offer.
     *
     * @param random picks host ports: a port just given up is then seldom the next to be used
     */
    OfferedResources(List<Resource> offered, RandomGenerator random) {
        this.random = random;
        for (Resource resource : offered) {
            if (resource.hasRevocable() || resource.hasShared() || resource.hasDisk()) {
                continue;
            }
            if (resource.getType() == Value.Type.SCALAR) {
                scalars.add(
                        new Scalar(resource, thousandths(resource.getScalar().getValue())));
            } else if (resource.getName().equals("ports")) {
                resource.getRanges()
                        .getRangeList()
                        .forEach(range -> spans.add(new Span(resource, (int) range.getBegin(), (int) range.getEnd())));
            }
        }
        // What is reserved for the role can be used by nobody else: it goes first.
        scalars.sort(Comparator.comparing(scalar -> role(scalar.resource).equals("*")));
        spans.sort(Comparator.comparing(span -> role(span.resource).equals("*")));
    }

    private static long thousandths(double value) {
        return Math.round(value * THOUSANDTHS);
    }

    /** The role a resource is reserved for in either of the two formats, or {@code *}. */
    @SuppressWarnings("deprecation") // Resource.role is the format for frameworks without RESERVATION_REFINEMENT.
    static String role(Resource resource) {
        int depth = resource.getReservationsCount();
        return depth > 0 ? resource.getReservations(depth - 1).getRole() : resource.getRole();
    }

    /** Cuts out one task; when the rest does not suffice nothing is taken and the answer is empty. */
    Optional<Cut> take(Demand demand, Ports ports, Set<String> roles) {
        List<Scalar> scalarsBefore = new ArrayList<>(scalars);
        List<Span> spansBefore = new ArrayList<>(spans);
        List<Resource> taken = new ArrayList<>();
        List<Integer> hostPorts = new ArrayList<>();
        boolean enough = takeScalar("cpus", demand.cpus(), roles, taken)
                && takeScalar("mem", demand.mem(), roles, taken)
                && takeScalar("disk", demand.disk(), roles, taken)
                && takePorts(ports, roles, taken, hostPorts);
        if (!enough) {
            scalars = scalarsBefore;
            spans = spansBefore;
            return Optional.empty();
        }
        return Optional.of(new Cut(taken, hostPorts));
    }

    private boolean takeScalar(String name, double amount, Set<String> roles, List<Resource> taken) {
        long missing = thousandths(amount);
        for (int i = 0; i < scalars.size() && missing > 0; i++) {
            Scalar scalar = scalars.get(i);
            if (!scalar.resource.getName().equals(name) || !roles.contains(role(scalar.resource))) {
                continue;
            }
            long part = Math.min(missing, scalar.left);
            if (part > 0) {
                scalars.set(i, new Scalar(scalar.resource, scalar.left - part));
                taken.add(scalar.resource.toBuilder()
                        .setScalar(Value.Scalar.newBuilder().setValue(part / THOUSANDTHS))
                        .build());
                missing -= part;
            }
        }
        return missing == 0;
    }

    private boolean takePorts(Ports ports, Set<String> roles, List<Resource> taken, List<Integer> hostPorts) {
        for (PortDefinition definition : ports.definitions()) {
            if (!definition.onHost()) {
                hostPorts.add(0);
                continue;
            }
            int wanted = definition
                    .mapping()
                    .map(mapping -> mapping.hostPort().orElse(0))
                    .orElse(ports.required() ? definition.port() : 0);
            Optional<Span> found = wanted != 0 ? spanWith(wanted, roles) : anySpan(roles);
            if (found.isEmpty()) {
                return false;
            }
            Span span = found.get();
            int port = wanted != 0 ? wanted : span.first + random.nextInt(span.size());
            split(span, port);
            hostPorts.add(port);
            taken.add(span.resource.toBuilder()
                    .setRanges(Value.Ranges.newBuilder()
                            .addRange(Value.Range.newBuilder().setBegin(port).setEnd(port)))
                    .build());
        }
        return true;
    }

    private Optional<Span> spanWith(int port, Set<String> roles) {
        return spans.stream()
                .filter(span -> roles.contains(role(span.resource)) && span.first <= port && port <= span.last)
                .findFirst();
    }

    private Optional<Span> anySpan(Set<String> roles) {
        List<Span> usable = spans.stream()
                .filter(span -> roles.contains(role(span.resource)))
                .toList();
        if (usable.isEmpty()) {
            return Optional.empty();
        }
        int ticket = random.nextInt(usable.stream().mapToInt(Span::size).sum());
        for (Span span : usable) {
            ticket -= span.size();
            if (ticket < 0) {
                return Optional.of(span);
            }
        }
        throw new AssertionError("a ticket below the sum of all sizes lies in one of them");
    }

    private void split(Span span, int port) {
        int index = spans.indexOf(span);
        spans.remove(index);
        if (port < span.last) {
            spans.add(index, new Span(span.resource, port + 1, span.last));
        }
        if (span.first < port) {
            spans.add(index, new Span(span.resource, span.first, port - 1));
        }
    }
}
