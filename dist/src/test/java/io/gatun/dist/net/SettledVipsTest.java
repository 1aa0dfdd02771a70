package io.gatun.dist.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.master.Master;
import io.gatun.master.MasterFlags;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes whose names all hash to one address, and a master that comes and goes. */
@Timeout(300)
class SettledVipsTest {
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(10);

    @TempDir
    private Path workDir;

    private final List<Node> nodes = new ArrayList<>();
    private volatile Optional<URI> leader = Optional.empty();
    private Master master;

    @AfterEach
    void stop() {
        nodes.forEach(node -> node.settled.close());
        if (master != null) {
            master.close();
        }
    }

    private void startMaster() {
        MasterFlags flags = new MasterFlags();
        flags.port = 0;
        flags.workDir = workDir;
        master = Master.launch(flags);
        leader = Optional.of(URI.create("http://127.0.0.1:" + master.port() + "/vips"));
    }

    private void stopMaster() {
        master.close();
        master = null;
    }

    private Node node(String... names) {
        Node node = new Node(names);
        nodes.add(node);
        return node;
    }

    private static Inet4Address address(int last) {
        return (Inet4Address) InetAddress.ofLiteral("11.0.0." + last);
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("timeout: " + what).isLessThan(deadline);
            LockSupport.parkNanos(POLL_NS);
        }
    }

    /** Who knows all that it needs asks no more by itself when one question was in vain. */
    private static void awaitAsking(String what, Node node, BooleanSupplier condition) {
        await(what, () -> {
            int changes = node.changes.get();
            node.settled.ask();
            await("an answer", () -> node.changes.get() > changes);
            return condition.getAsBoolean();
        });
    }

    /** Each name wants 11.0.0.1, or the next one that is free. */
    private final class Node {
        private final Set<String> names = ConcurrentHashMap.newKeySet();
        private final AtomicInteger changes = new AtomicInteger();
        private final SettledVips settled = new SettledVips(() -> leader, this::proposals, changes::incrementAndGet);

        Node(String... names) {
            this.names.addAll(List.of(names));
        }

        private Map<String, Inet4Address> proposals(Map<String, Inet4Address> known) {
            Map<String, Inet4Address> wanted = new TreeMap<>();
            int last = 1;
            for (String name : names.stream().sorted().toList()) {
                if (!known.containsKey(name)) {
                    while (known.containsValue(address(last))) {
                        last++;
                    }
                    wanted.put(name, address(last));
                    last++;
                }
            }
            return wanted;
        }

        boolean knowsAll() {
            return settled.known().keySet().containsAll(names);
        }
    }

    @Test
    void shouldLetTheFirstNameKeepItsAddressWhateverComesLater() throws Exception {
        startMaster();
        Node first = node("b.marathon");
        first.settled.ask();
        await("b has an address", first::knowsAll);
        assertThat(first.settled.known()).containsExactly(Map.entry("b.marathon", address(1)));

        Node second = node("a.marathon", "b.marathon"); // a sorts before b, and would have had its address
        second.settled.ask();
        await("a has another one", second::knowsAll);
        assertThat(second.settled.known()).isEqualTo(Map.of("a.marathon", address(2), "b.marathon", address(1)));
        first.names.add("a.marathon");
        awaitAsking("both know the same", first, () -> first.settled.known().equals(second.settled.known()));
        assertThat(first.changes.get()).isPositive();
    }

    @Test
    void shouldSettleWhatTwoNodesWantAtOnce() throws Exception {
        startMaster();
        Node first = node("a.marathon", "c.marathon");
        Node second = node("b.marathon", "d.marathon");
        first.settled.ask();
        second.settled.ask();
        await("all have addresses", () -> first.knowsAll() && second.knowsAll());
        awaitAsking("the first sees all", first, () -> first.settled.known().size() == 4);
        assertThat(first.settled.known().values()).doesNotHaveDuplicates();
    }

    @Test
    void shouldGoOnWithWhatItKnowsWhileNoMasterAnswersAndSettleTheRestLater() throws Exception {
        startMaster();
        Node node = node("b.marathon");
        node.settled.ask();
        await("b has an address", node::knowsAll);
        stopMaster();
        node.names.add("a.marathon");
        node.settled.ask();
        await("nobody answers", () -> !node.settled.answers());
        assertThat(node.settled.known()).containsExactly(Map.entry("b.marathon", address(1)));
        startMaster(); // another one that leads, with the same log; it is asked again without being told
        await("a has an address", node::knowsAll);
        await("that was an answer", node.settled::answers);
        assertThat(node.settled.known()).isEqualTo(Map.of("a.marathon", address(2), "b.marathon", address(1)));
    }

    @Test
    void shouldSayThatNobodySettlesWhereTheMasterIsOneOfMesos() throws Exception {
        startMaster();
        leader = Optional.of(URI.create("http://127.0.0.1:" + master.port() + "/no-such-thing"));
        Node node = node("a.marathon");
        assertThat(node.settled.answers()).as("not asked yet").isTrue();
        node.settled.ask();
        await("no answer of that kind", () -> !node.settled.answers());
        await("it is told", () -> node.changes.get() > 0);
        assertThat(node.settled.known()).isEmpty();
    }
}
