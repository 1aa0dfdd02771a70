package io.gatun.marathon.launch;

import io.gatun.marathon.app.AppSpec;
import io.gatun.mesos.v1.Offer;
import io.gatun.mesos.v1.Resource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Decides which of the waiting instances start from an offer. */
public final class OfferMatcher {
    private final String frameworkRole;
    private final int instancesMax;
    private final RandomGenerator random;

    /**
     * Builds a matcher.
     *
     * @param frameworkRole whose reserved resources may be used besides the unreserved ones
     * @param instancesMax most instances from one offer, at least 1
     */
    public OfferMatcher(String frameworkRole, int instancesMax, RandomGenerator random) {
        this.frameworkRole = frameworkRole;
        this.instancesMax = instancesMax;
        this.random = random;
    }

    /**
     * So many instances of an app wait.
     *
     * @param count at least 1
     */
    public record Waiting(AppSpec app, int count) {}

    /** One instance that starts. */
    public record Match(AppSpec app, List<Resource> resources, List<Integer> hostPorts) {}

    /**
     * Packs as many instances into the offer as fit, one of each app in turn: a large app does not keep small ones
     * waiting.
     */
    public List<Match> match(Offer offer, List<Waiting> waiting) {
        OfferedResources rest = new OfferedResources(offer.getResourcesList(), random);
        Deque<Waiting> queue = new ArrayDeque<>(waiting);
        List<Match> matches = new ArrayList<>();
        while (!queue.isEmpty() && matches.size() < instancesMax) {
            Waiting next = queue.poll();
            AppSpec app = next.app();
            Optional<OfferedResources.Cut> cut = rest.take(app.demand(), app.ports(), roles(app));
            if (cut.isEmpty()) {
                continue;
            }
            matches.add(new Match(app, cut.get().resources(), cut.get().hostPorts()));
            if (next.count() > 1) {
                queue.add(new Waiting(app, next.count() - 1));
            }
        }
        return matches;
    }

    private Set<String> roles(AppSpec app) {
        return app.acceptedResourceRoles().isEmpty()
                ? Set.copyOf(List.of("*", frameworkRole).stream().distinct().toList())
                : Set.copyOf(app.acceptedResourceRoles());
    }
}
