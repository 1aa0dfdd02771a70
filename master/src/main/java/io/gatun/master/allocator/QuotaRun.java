package io.gatun.master.allocator;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Resource;
import io.gatun.mesos.v1.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Quotas during one run. A role's consumption is what is reserved for it, in use or not, and the unreserved resources that it
 * holds; offers count as held. What other roles are still owed is kept free for them: the headroom is what is free in the
 * cluster beyond that. Reserved, revocable and non-scalar resources are not under quota.
 */
final class QuotaRun {
    private static final double MILLIS = 1000.0;

    private final Map<String, Quota> quotas;
    private final Map<String, Amounts> consumed = new HashMap<>();
    private final Amounts free = new Amounts();

    /** @param agents all of them, whether or not they are active */
    QuotaRun(Map<String, Quota> quotas, Collection<Supply> agents) {
        this.quotas = quotas;
        if (quotas.isEmpty()) {
            return;
        }
        for (Supply agent : agents) {
            for (String role : agent.total.reservedRoles()) {
                consume(role, agent.total.reserved(role).nonRevocable());
            }
            agent.allocated.forEach((who, resources) -> consume(who.role(), underQuota(resources)));
            if (agent.active) {
                free.add(underQuota(agent.available));
            }
        }
    }

    /** Whether anything is under quota. */
    boolean active() {
        return !quotas.isEmpty();
    }

    /** What of {@code usable} goes towards a guarantee of {@code role} that is not met yet, and may come with it. */
    Resources guaranteed(String role, Resources usable) {
        Quota quota = quotas.getOrDefault(top(role), Quota.NONE);
        Resources unmet = chop(usable, name -> owed(role, quota, name));
        boolean helps = quota.guarantees().keySet().stream()
                .anyMatch(
                        name -> owed(role, quota, name) > 0 && underQuota(unmet).amountMillis(name) > 0);
        return helps
                ? chop(
                        usable,
                        name -> quota.guarantees().containsKey(name)
                                ? owed(role, quota, name)
                                : Math.min(allowed(role, quota, name), headroom(name)))
                : Resources.NONE;
    }

    /** What of {@code usable} {@code role} may have without going beyond its limit or into what others are owed. */
    Resources permitted(String role, Resources usable) {
        Quota quota = quotas.getOrDefault(top(role), Quota.NONE);
        return chop(usable, name -> Math.min(allowed(role, quota, name), headroom(name)));
    }

    /** {@code resources} that were free are held in {@code role} now. */
    void taken(String role, Resources resources) {
        if (active()) {
            Resources counted = underQuota(resources);
            consume(role, counted);
            free.subtract(counted);
        }
    }

    private void consume(String role, Resources resources) {
        consumed.computeIfAbsent(top(role), name -> new Amounts()).add(resources);
    }

    private long consumed(String role, String name) {
        Amounts amounts = consumed.get(top(role));
        return amounts == null ? 0 : amounts.get(name);
    }

    private long owed(String role, Quota quota, String name) {
        return Math.max(0, quota.guarantees().getOrDefault(name, 0L) - consumed(role, name));
    }

    private long allowed(String role, Quota quota, String name) {
        Long limit = quota.limits().get(name);
        return limit == null ? Long.MAX_VALUE : Math.max(0, limit - consumed(role, name));
    }

    private long headroom(String name) {
        long owed = 0;
        for (Map.Entry<String, Quota> entry : quotas.entrySet()) {
            owed += owed(entry.getKey(), entry.getValue(), name);
        }
        return Math.max(0, free.get(name) - owed);
    }

    private static String top(String role) {
        int slash = role.indexOf('/');
        return slash < 0 ? role : role.substring(0, slash);
    }

    private static Resources underQuota(Resources resources) {
        return resources.unreserved().nonRevocable();
    }

    /** At most so many thousandths of each resource that is under quota; all of the others. */
    private static Resources chop(Resources usable, ToLongFunction<String> most) {
        Map<String, Long> left = new HashMap<>();
        List<Resource> kept = new ArrayList<>();
        for (Resource resource : usable.toProtos()) {
            if (resource.getReservationsCount() > 0
                    || resource.hasRevocable()
                    || resource.getType() != Value.Type.SCALAR) {
                kept.add(resource);
                continue;
            }
            long have = Math.round(resource.getScalar().getValue() * MILLIS);
            long rest = left.computeIfAbsent(resource.getName(), most::applyAsLong);
            // Disks that are things of their own, such as mounts, cannot be had in part.
            long take = have <= rest ? have : resource.getDisk().hasSource() ? 0 : rest;
            if (take > 0) {
                left.put(resource.getName(), rest - take);
                kept.add(
                        take == have
                                ? resource
                                : resource.toBuilder()
                                        .setScalar(Value.Scalar.newBuilder().setValue(take / MILLIS))
                                        .build());
            }
        }
        return Resources.of(kept);
    }
}
