package io.gatun.master.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.FrameworkInfo.Capability;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Guarantees come first and are kept free, limits hold, and neither concerns what is reserved. */
class QuotaAllocationTest {
    private static final long NOW = 1_000_000;

    private final DrfAllocator allocator =
            new DrfAllocator(new DrfConfig(Map.of(), List.of(Resources.parse("cpus:0.01")), 1_000, 42));

    private void framework(String id, String role) {
        allocator.addFramework(
                FrameworkInfo.newBuilder()
                        .setUser("u")
                        .setName(id)
                        .setId(FrameworkID.newBuilder().setValue(id))
                        .addCapabilities(Capability.newBuilder().setType(Capability.Type.MULTI_ROLE))
                        .addRoles(role)
                        .build(),
                Set.of());
    }

    private void agents(int count, String resources) {
        for (int i = 0; i < count; i++) {
            allocator.addAgent("s" + i, Resources.parse(resources), List.of());
        }
    }

    private static Quota guarantee(long cpus) {
        return new Quota(Map.of("cpus", cpus * 1000), Map.of());
    }

    private static Quota limit(long cpus) {
        return new Quota(Map.of(), Map.of("cpus", cpus * 1000));
    }

    private static double cpus(List<Allocation> allocations, String framework) {
        return allocations.stream()
                .filter(allocation -> allocation.frameworkId().equals(framework))
                .mapToDouble(allocation -> allocation.resources().cpus())
                .sum();
    }

    @Test
    void shouldSatisfyAGuaranteeBeforeFairness() {
        allocator.updateQuotas(Map.of("a", guarantee(10)));
        framework("fa", "a");
        framework("fb", "b");
        agents(3, "cpus:4");
        List<Allocation> allocations = allocator.run(NOW);
        assertThat(cpus(allocations, "fa")).isEqualTo(10);
        assertThat(cpus(allocations, "fb")).isEqualTo(2);
    }

    @Test
    void shouldKeepAGuaranteeFreeForARoleWithoutFrameworks() {
        allocator.updateQuotas(Map.of("a", guarantee(10)));
        framework("fb", "b");
        agents(3, "cpus:4");
        assertThat(cpus(allocator.run(NOW), "fb")).isEqualTo(2);
        framework("fa", "a");
        assertThat(cpus(allocator.run(NOW), "fa")).isEqualTo(10);
    }

    @Test
    void shouldLimitARoleTogetherWithThoseBelowIt() {
        allocator.updateQuotas(Map.of("a", limit(3)));
        framework("f1", "a/x");
        framework("f2", "a/y");
        agents(2, "cpus:4;ports:[1-9]");
        List<Allocation> allocations = allocator.run(NOW);
        assertThat(cpus(allocations, "f1") + cpus(allocations, "f2")).isEqualTo(3);
        Allocation first = allocations.getFirst();
        allocator.recover(first.frameworkId(), first.role(), first.agentId(), first.resources(), Optional.empty(), NOW);
        assertThat(cpus(allocator.run(NOW), "f1") + cpus(List.of(), "f2")).isLessThanOrEqualTo(3);
    }

    @Test
    void shouldCountReservationsAgainstAGuaranteeAndNeverHoldThemBack() {
        allocator.updateQuotas(Map.of("a", guarantee(6), "b", limit(0)));
        framework("fb", "b");
        agents(1, "cpus(a):4;cpus(b):2;cpus:2");
        // The reservation meets four of the six; the two that are owed are just what is unreserved.
        List<Allocation> allocations = allocator.run(NOW);
        assertThat(cpus(allocations, "fb")).isEqualTo(2);
        assertThat(allocations.getFirst().resources().unreserved().isEmpty()).isTrue();
        framework("fa", "a");
        assertThat(cpus(allocator.run(NOW), "fa")).isEqualTo(6);
    }

    @Test
    void shouldAllocateAsBeforeWhenQuotasAreGone() {
        allocator.updateQuotas(Map.of("a", limit(1)));
        framework("fa", "a");
        agents(1, "cpus:4");
        assertThat(cpus(allocator.run(NOW), "fa")).isEqualTo(1);
        allocator.updateQuotas(Map.of());
        assertThat(cpus(allocator.run(NOW), "fa")).isEqualTo(3);
    }

    @Test
    void shouldShareByNewWeights() {
        framework("fa", "a");
        framework("fb", "b");
        agents(8, "cpus:1");
        allocator.updateWeights(Map.of("a", 3.0));
        assertThat(cpus(allocator.run(NOW), "fa")).isEqualTo(6);
        allocator.updateWeights(Map.of("b", 7.0));
        for (int i = 8; i < 16; i++) {
            allocator.addAgent("s" + i, Resources.parse("cpus:1"), List.of());
        }
        assertThat(cpus(allocator.run(NOW), "fb")).isEqualTo(8);
    }
}
