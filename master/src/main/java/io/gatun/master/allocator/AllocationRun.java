package io.gatun.master.allocator;

import io.gatun.mesos.resources.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** One run of the allocator. The orders of roles and frameworks are kept until an allocation changes them. */
final class AllocationRun {
    /** Books an allocation, in the agent and in all shares. */
    interface Booking {
        void take(Supply agent, Refusals.Key who, Resources resources);
    }

    private static final Comparator<Contender> ORDER = (a, b) -> Share.FAIREST_FIRST.compare(a.share(), b.share());

    private record Contender(Competitor framework, Share share) {}

    private final DrfConfig config;
    private final RoleTree roles;
    private final QuotaRun quotas;
    private final Map<String, List<Contender>> contenders = new HashMap<>();
    private final long nowMs;
    private final Booking booking;
    private final List<Allocation> allocations = new ArrayList<>();
    private List<String> order;
    private boolean reorder;

    AllocationRun(
            DrfConfig config,
            RoleTree roles,
            Collection<Competitor> frameworks,
            QuotaRun quotas,
            long nowMs,
            Booking booking) {
        this.quotas = quotas;
        this.config = config;
        this.roles = roles;
        this.nowMs = nowMs;
        this.booking = booking;
        for (Competitor framework : frameworks) {
            for (String role : framework.roles) {
                if (framework.wants(role)) {
                    contenders
                            .computeIfAbsent(role, unused -> new ArrayList<>())
                            .add(new Contender(framework, framework.share(role)));
                }
            }
        }
        contenders.values().forEach(list -> list.sort(ORDER));
        this.order = roles.sorted();
    }

    List<Allocation> allocations() {
        return allocations;
    }

    /** Gives away what {@code agent} has free: all that a role may use to the first framework of it that will take it. */
    void visit(Supply agent) {
        visit(agent, quotas.active() ? quotas::permitted : (role, usable) -> usable);
    }

    /** The same for roles with a guarantee that is not met: before anybody else gets anything. */
    void visitGuaranteed(Supply agent) {
        visit(agent, quotas::guaranteed);
    }

    private void visit(Supply agent, BiFunction<String, Resources, Resources> share) {
        for (String role : order) {
            List<Contender> queue = contenders.get(role);
            Resources free = agent.available;
            if (free.isEmpty()) {
                break;
            }
            if (queue == null) {
                continue;
            }
            Resources usable = share.apply(role, free.allocatableTo(role));
            Contender winner = usable.isEmpty() ? null : first(queue, role, agent, usable);
            if (winner != null) {
                Resources offered = winner.framework().understood(usable);
                booking.take(agent, new Refusals.Key(winner.framework().id, role), offered);
                quotas.taken(role, offered);
                allocations.add(new Allocation(winner.framework().id, role, agent.id, offered));
                // Nearly sorted, which the sort is quick with.
                queue.sort(ORDER);
                reorder = true;
            }
        }
        if (reorder) {
            order = roles.sorted();
            reorder = false;
        }
    }

    private Contender first(List<Contender> queue, String role, Supply agent, Resources usable) {
        for (Contender contender : queue) {
            Competitor framework = contender.framework();
            if (!framework.mayUse(agent.total)) {
                continue;
            }
            Resources offer = framework.understood(usable);
            if (!offer.isEmpty()
                    && framework.worthwhile(role, offer, config.minAllocatable())
                    && !agent.refusals.cover(new Refusals.Key(framework.id, role), offer, nowMs)) {
                return contender;
            }
        }
        return null;
    }
}
