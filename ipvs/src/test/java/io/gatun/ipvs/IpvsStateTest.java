package io.gatun.ipvs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class IpvsStateTest {
    private static final IpvsState NOTHING = new IpvsState(Map.of(), Map.of());

    @Test
    void shouldRemoveDeadBackendsBeforeNewOnesCome() {
        IpvsState present = IpvsState.wanted(table(vip(1, backend(1, 1), backend(2, 1))), "wlc");
        IpvsState wanted = IpvsState.wanted(table(vip(1, backend(2, 0), backend(3, 1))), "wlc");
        assertThat(present.changesTo(wanted))
                .extracting(change -> change.getClass().getSimpleName())
                .containsExactly("RemoveBackend", "SetWeight", "AddBackend");
    }

    @Test
    void shouldTakeAwayFromEveryServiceBeforeAnythingIsAdded() {
        IpvsState present =
                IpvsState.wanted(table(vip(1, backend(1, 0)), vip(2, backend(1, 1), backend(2, 1)), vip(4)), "wlc");
        IpvsState wanted = IpvsState.wanted(
                table(vip(1, backend(1, 1), backend(9, 1)), vip(2, backend(2, 0)), vip(3, backend(3, 1))), "wlc");
        assertThat(present.changesTo(wanted))
                .extracting(change -> change.getClass().getSimpleName())
                .containsExactly(
                        "RemoveService",
                        "RemoveBackend",
                        "SetWeight",
                        "SetWeight",
                        "AddBackend",
                        "AddService",
                        "AddBackend");
    }

    @Test
    void shouldCorrectTheScheduler() {
        IpvsState present = IpvsState.wanted(table(vip(1)), "rr");
        assertThat(present.changesTo(IpvsState.wanted(table(vip(1)), "wlc")))
                .containsExactly(new IpvsChange.SetScheduler(new IpvsService(VipProtocol.TCP, Ipv4.of(1), 80, "wlc")));
    }

    /** Applied to a model of the kernel, the changes lead to what is wanted, and then there are none. */
    @Test
    void shouldLeadFromAnyStateToAnyOther() {
        Random random = new Random(4);
        for (int i = 0; i < 2_000; i++) {
            IpvsState from = IpvsState.wanted(randomTable(random), "wlc");
            IpvsState to = IpvsState.wanted(randomTable(random), "wlc");
            IpvsState reached = apply(from, from.changesTo(to));
            assertThat(reached.changesTo(to)).isEmpty();
            assertThat(to.changesTo(reached)).isEmpty();
        }
        assertThat(NOTHING.changesTo(NOTHING)).isEmpty();
    }

    /** Refuses what the kernel refuses: a service or backend that is there already, or is not. */
    private static IpvsState apply(IpvsState state, List<IpvsChange> changes) {
        Map<IpvsService.Key, IpvsService> services = new HashMap<>(state.services());
        Map<IpvsService.Key, List<VipBackend>> backends = new HashMap<>();
        state.backends().forEach((key, list) -> backends.put(key, new ArrayList<>(list)));
        for (IpvsChange change : changes) {
            List<VipBackend> list = backends.get(change.key());
            switch (change) {
                case IpvsChange.AddService add -> {
                    assertThat(services.put(add.key(), add.service())).isNull();
                    backends.put(add.key(), new ArrayList<>());
                }
                case IpvsChange.SetScheduler set ->
                    assertThat(services.put(set.key(), set.service())).isNotNull();
                case IpvsChange.RemoveService remove ->
                    assertThat(services.remove(remove.key())).isNotNull();
                case IpvsChange.AddBackend add -> {
                    assertThat(list)
                            .noneMatch(other -> other.port() == add.backend().port());
                    list.add(add.backend());
                }
                case IpvsChange.SetWeight set -> {
                    assertThat(list.removeIf(
                                    other -> other.port() == set.backend().port()))
                            .isTrue();
                    list.add(set.backend());
                }
                case IpvsChange.RemoveBackend remove ->
                    assertThat(list.remove(remove.backend())).isTrue();
            }
        }
        backends.keySet().retainAll(services.keySet());
        return new IpvsState(services, backends);
    }

    private static VipTable randomTable(Random random) {
        List<Vip> vips = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            if (random.nextBoolean()) {
                List<VipBackend> backends = new ArrayList<>();
                for (int port = 1; port <= 4; port++) {
                    if (random.nextBoolean()) {
                        backends.add(backend(port, random.nextInt(2)));
                    }
                }
                vips.add(vip(i, backends.toArray(VipBackend[]::new)));
            }
        }
        return new VipTable(vips, List.of());
    }

    private static VipTable table(Vip... vips) {
        return new VipTable(List.of(vips), List.of());
    }

    private static Vip vip(int address, VipBackend... backends) {
        return new Vip(Optional.empty(), VipProtocol.TCP, Ipv4.of(address), 80, List.of(backends));
    }

    private static VipBackend backend(int port, int weight) {
        return new VipBackend(Ipv4.of(0x7f000001), port, weight);
    }
}
