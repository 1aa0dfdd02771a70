package io.gatun.master.allocator;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.mesos.resources.Resources;
import io.gatun.mesos.v1.Attribute;
import io.gatun.mesos.v1.Filters;
import io.gatun.mesos.v1.FrameworkID;
import io.gatun.mesos.v1.FrameworkInfo;
import io.gatun.mesos.v1.FrameworkInfo.Capability;
import io.gatun.mesos.v1.OfferFilters;
import io.gatun.mesos.v1.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrfAllocatorTest {
    private static final Resources BIG = Resources.parse("cpus:8;mem:8192");
    private static final long NOW = 1_000_000;

    private final DrfAllocator allocator = allocator(Map.of());

    private static DrfAllocator allocator(Map<String, Double> weights) {
        return new DrfAllocator(
                new DrfConfig(weights, List.of(Resources.parse("cpus:0.01"), Resources.parse("mem:32")), 1_000, 42));
    }

    private static FrameworkInfo framework(String id, String... roles) {
        return FrameworkInfo.newBuilder()
                .setUser("u")
                .setName(id)
                .setId(FrameworkID.newBuilder().setValue(id))
                .addCapabilities(Capability.newBuilder().setType(Capability.Type.MULTI_ROLE))
                .addAllRoles(List.of(roles))
                .build();
    }

    private static Filters seconds(double seconds) {
        return Filters.newBuilder().setRefuseSeconds(seconds).build();
    }

    @Test
    void shouldGiveAWholeAgentToOneFramework() {
        allocator.addFramework(framework("f", "a"), Set.of());
        allocator.addAgent("s", BIG, List.of());
        assertThat(allocator.run(NOW)).containsExactly(new Allocation("f", "a", "s", BIG));
        assertThat(allocator.pending()).isFalse();
        allocator.requestRound();
        assertThat(allocator.run(NOW)).isEmpty();
    }

    @Test
    void shouldShareAgentsEvenlyBetweenRolesWhateverTheirNumberOfFrameworks() {
        allocator.addFramework(framework("a1", "a"), Set.of());
        allocator.addFramework(framework("a2", "a"), Set.of());
        allocator.addFramework(framework("b1", "b"), Set.of());
        for (int i = 0; i < 12; i++) {
            allocator.addAgent("s" + i, BIG, List.of());
        }
        assertThat(count(allocator.run(NOW), Allocation::frameworkId))
                .containsEntry("a1", 3)
                .containsEntry("a2", 3)
                .containsEntry("b1", 6);
    }

    @Test
    void shouldShareByWeight() {
        DrfAllocator weighted = allocator(Map.of("a", 3.0));
        weighted.addFramework(framework("a1", "a"), Set.of());
        weighted.addFramework(framework("b1", "b"), Set.of());
        for (int i = 0; i < 12; i++) {
            weighted.addAgent("s" + i, BIG, List.of());
        }
        assertThat(count(weighted.run(NOW), Allocation::role))
                .containsEntry("a", 9)
                .containsEntry("b", 3);
    }

    @Test
    void shouldLetRolesBelowOneCompeteForItsPart() {
        allocator.addFramework(framework("x", "eng/x"), Set.of());
        allocator.addFramework(framework("y", "eng/y"), Set.of());
        allocator.addFramework(framework("o", "ops"), Set.of());
        for (int i = 0; i < 12; i++) {
            allocator.addAgent("s" + i, BIG, List.of());
        }
        assertThat(count(allocator.run(NOW), Allocation::role))
                .containsEntry("eng/x", 3)
                .containsEntry("eng/y", 3)
                .containsEntry("ops", 6);
    }

    /** The example of the paper: ⟨1 cpu, 4 GB⟩ against ⟨3 cpus, 1 GB⟩ of ⟨9 cpus, 18 GB⟩ ends at equal dominant shares. */
    @Test
    void shouldLookAtTheDominantResource() {
        Resources a = Resources.parse("cpus:1;mem:4");
        Resources b = Resources.parse("cpus:3;mem:1");
        allocator.addFramework(framework("a", "a"), Set.of());
        allocator.addFramework(framework("b", "b"), Set.of());
        allocator.addAgent("s", Resources.parse("cpus:9;mem:18"), List.of());
        List<String> winners = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            allocator.requestRound();
            Allocation all = allocator.run(NOW).getFirst();
            winners.add(all.frameworkId());
            Resources used = all.frameworkId().equals("a") ? a : b;
            allocator.recover(
                    all.frameworkId(), all.role(), "s", all.resources().minus(used), Optional.of(seconds(0)), NOW);
        }
        assertThat(winners).containsOnly("a", "b");
        assertThat(winners.stream().filter("a"::equals)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "5, 4999, false",
        "5, 5000, true",
        // Not shorter than the interval between rounds (MESOS-4302).
        "0.5, 999, false",
        "0.5, 1000, true",
        // Nonsense means the default.
        "-3, 4999, false",
        "NaN, 5000, true",
        "0, 0, true"
    })
    void shouldHonourTheRefuseTime(double refuseSeconds, long afterMs, boolean offered) {
        allocator.addFramework(framework("f", "a"), Set.of());
        allocator.addAgent("s", BIG, List.of());
        Allocation first = allocator.run(NOW).getFirst();
        allocator.recover("f", "a", "s", first.resources(), Optional.of(seconds(refuseSeconds)), NOW);
        allocator.requestRound();
        assertThat(!allocator.run(NOW + afterMs).isEmpty()).isEqualTo(offered);
    }

    @Test
    void shouldOfferMoreThanWasRefused() {
        allocator.addFramework(framework("f", "a"), Set.of());
        allocator.addAgent("s", Resources.parse("cpus:4;mem:100"), List.of());
        Allocation first = allocator.run(NOW).getFirst();
        Resources task = Resources.parse("cpus:1;mem:50");
        allocator.recover("f", "a", "s", first.resources().minus(task), Optional.of(seconds(1e9)), NOW);
        allocator.requestRound();
        assertThat(allocator.run(NOW)).isEmpty();
        allocator.recover("f", "a", "s", task, Optional.empty(), NOW);
        assertThat(allocator.pending()).isTrue();
        assertThat(allocator.run(NOW)).hasSize(1);
    }

    @Test
    void shouldOfferRefusedResourcesToOthers() {
        allocator.addFramework(framework("f", "a"), Set.of());
        allocator.addAgent("s", BIG, List.of());
        allocator.run(NOW);
        allocator.addFramework(framework("g", "a"), Set.of());
        allocator.recover("f", "a", "s", BIG, Optional.of(seconds(1000)), NOW);
        assertThat(allocator.run(NOW)).containsExactly(new Allocation("g", "a", "s", BIG));
    }

    @Test
    void shouldForgetRefusalsOnReviveAndOnChangedAttributes() {
        allocator.addFramework(framework("f", "a"), Set.of());
        allocator.addAgent("s", BIG, List.of());
        allocator.run(NOW);
        allocator.recover("f", "a", "s", BIG, Optional.of(seconds(1000)), NOW);
        allocator.revive("f", Set.of());
        assertThat(allocator.run(NOW)).hasSize(1);

        allocator.recover("f", "a", "s", BIG, Optional.of(seconds(1000)), NOW);
        allocator.updateAgent("s", BIG, List.of());
        assertThat(allocator.run(NOW)).isEmpty();
        Attribute rack = Attribute.newBuilder()
                .setName("rack")
                .setType(Value.Type.TEXT)
                .setText(Value.Text.newBuilder().setValue("r1"))
                .build();
        allocator.updateAgent("s", BIG, List.of(rack));
        assertThat(allocator.run(NOW)).hasSize(1);
    }

    @Test
    void shouldNotOfferToSuppressedRolesUntilTheyAreRevived() {
        allocator.addFramework(framework("f", "a", "b"), Set.of("a"));
        allocator.addAgent("s", BIG, List.of());
        assertThat(allocator.run(NOW)).extracting(Allocation::role).containsExactly("b");
        allocator.recover("f", "b", "s", BIG, Optional.empty(), NOW);
        allocator.suppress("f", Set.of());
        assertThat(allocator.run(NOW)).isEmpty();
        allocator.revive("f", Set.of("a"));
        assertThat(allocator.run(NOW)).extracting(Allocation::role).containsExactly("a");
    }

    @Test
    void shouldKeepReservedResourcesForTheirRole() {
        Resources mixed = Resources.parse("cpus(a):2;mem(a):64;cpus:2;mem:64");
        allocator.addFramework(framework("g", "b"), Set.of());
        allocator.addAgent("s", mixed, List.of());
        assertThat(allocator.run(NOW))
                .singleElement()
                .satisfies(
                        allocation -> assertThat(allocation.resources()).isEqualTo(Resources.parse("cpus:2;mem:64")));
        allocator.addFramework(framework("f", "a"), Set.of());
        assertThat(allocator.run(NOW))
                .singleElement()
                .satisfies(allocation ->
                        assertThat(allocation.resources()).isEqualTo(Resources.parse("cpus(a):2;mem(a):64")));
    }

    @Test
    void shouldNotOfferCrumbsUnlessTheFrameworkWantsThem() {
        allocator.addAgent("s", Resources.parse("cpus:0.001;mem:31"), List.of());
        allocator.addFramework(framework("f", "a"), Set.of());
        assertThat(allocator.run(NOW)).isEmpty();
        allocator.addFramework(
                framework("g", "a").toBuilder()
                        .putOfferFilters(
                                "a",
                                OfferFilters.newBuilder()
                                        .setMinAllocatableResources(OfferFilters.MinAllocatableResources.newBuilder())
                                        .build())
                        .build(),
                Set.of());
        assertThat(allocator.run(NOW)).extracting(Allocation::frameworkId).containsExactly("g");
    }

    @Test
    void shouldKeepGpuAgentsForFrameworksThatUseGpus() {
        allocator.addAgent("s", Resources.parse("cpus:4;mem:64;gpus:1"), List.of());
        allocator.addFramework(framework("f", "a"), Set.of());
        assertThat(allocator.run(NOW)).isEmpty();
        allocator.addFramework(
                framework("g", "a").toBuilder()
                        .addCapabilities(Capability.newBuilder().setType(Capability.Type.GPU_RESOURCES))
                        .build(),
                Set.of());
        assertThat(allocator.run(NOW)).hasSize(1);
    }

    @Test
    void shouldNotOfferInactiveAgentsAndFrameworks() {
        allocator.addFramework(framework("f", "a"), Set.of());
        allocator.addAgent("s", BIG, List.of());
        allocator.deactivateAgent("s");
        assertThat(allocator.run(NOW)).isEmpty();
        allocator.activateAgent("s");
        allocator.deactivateFramework("f");
        assertThat(allocator.run(NOW)).isEmpty();
        allocator.activateFramework("f");
        assertThat(allocator.run(NOW)).hasSize(1);
    }

    private static <K> Map<K, Integer> count(
            List<Allocation> allocations, java.util.function.Function<Allocation, K> key) {
        Map<K, Integer> counts = new HashMap<>();
        allocations.forEach(allocation -> counts.merge(key.apply(allocation), 1, Integer::sum));
        return counts;
    }
}
