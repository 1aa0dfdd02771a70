package io.gatun.containerizer;

import io.gatun.containerizer.image.ImageProvisioner;
import io.gatun.containerizer.image.store.PullStatus;
import io.gatun.isolator.ContainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An agent that comes after one that was killed in its image store. It looks at what is on disk, starts, launches a
 * container from the image, compares all its files and what the registry was asked for, collects, and checks that nothing
 * is left. Then it does what its scenario says and is killed at a given point of that.
 *
 * <p>Its threads in points: {@code pull} launches, {@code collect} collects, {@code open} opens the store, {@code
 * probe} tries overlayfs meanwhile, {@code download} is the first of the store's own that has something to do.
 *
 * <p>Exit status: 0 it came to the end, {@link FaultedAgent#BROKEN} something is not as promised and standard output
 * tells what.
 */
final class PulledAgent {
    private static final String STEADY = "steady";
    private static final String DOWNLOADS = "gatun-image-download-";
    private static final long SETTLE_MS = 60_000;

    private final Path directory;
    private final PullScenario scenario;
    private final FaultPoint point;
    private final PullImages.Facts app;
    /** Whether the next of the store's threads is to be traced. */
    private final AtomicBoolean armed = new AtomicBoolean();

    private volatile StraceFault pull;
    private volatile StraceFault download;
    private ImageProvisioner images;
    private LinuxContainerizer containerizer;

    private PulledAgent(Path directory, PullScenario scenario, FaultPoint point) throws IOException {
        this.directory = directory;
        this.scenario = scenario;
        this.point = point;
        this.app = PullImages.facts(directory, PullImages.APP);
    }

    /** Arguments: directory, scenario, point. */
    public static void main(String[] args) throws Exception {
        PulledAgent agent = new PulledAgent(Path.of(args[0]), PullScenario.valueOf(args[1]), FaultPoint.parse(args[2]));
        try {
            agent.run();
        } catch (AssertionError | Exception e) {
            e.printStackTrace(System.out);
            System.out.flush();
            Runtime.getRuntime().halt(FaultedAgent.BROKEN);
        }
        System.exit(0);
    }

    private void run() throws Exception {
        StoreLook left = StoreLook.take(directory);
        open();
        launchAndCompare(recover() ? StoreLook.take(directory) : left);
        collectAndCompare();
        requireNothingElse();
        Thread killed = Thread.ofPlatform().name("killed").start(() -> {
            try {
                fault();
            } catch (AssertionError | Exception e) {
                e.printStackTrace(System.out);
                System.out.flush();
                Runtime.getRuntime().halt(FaultedAgent.BROKEN);
            }
        });
        killed.join();
        containerizer.close();
        images.close();
    }

    private void open() throws IOException {
        images = scenario.open(directory, this::pulling);
        containerizer = LinuxContainerizer.open(
                new ContainerizerConfig(directory.resolve("run"), scenario.root(), false),
                limiter -> List.of(images, new AfterImages()));
    }

    /** Is made after the image is, and so the place where tracing ends: the child must not be traced. */
    private final class AfterImages implements HostPart {
        @Override
        public Made make(ContainerConfig config, Path runtime) {
            try {
                for (StraceFault each : new StraceFault[] {pull, download}) {
                    if (each != null) {
                        each.detach();
                    }
                }
                pull = null;
                download = null;
                return Made.unchanged(config);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean has(String id, Path runtime) {
            return false;
        }

        @Override
        public void remove(String id, Path runtime) {}
    }

    /** Called by the threads that download, as soon as they begin. */
    private void pulling(PullStatus status) {
        boolean own = Thread.currentThread().getName().startsWith(DOWNLOADS);
        if (own && armed.compareAndSet(true, false)) {
            try {
                download = StraceFault.attachOwn(point, "download", directory);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** @return whether this is the first agent, which makes what the others are to find */
    private boolean recover() throws Exception {
        StoreLook.requireTidy(directory, app);
        Path steady = directory.resolve(STEADY);
        boolean first = !Files.exists(steady);
        containerizer.recover(first ? Set.of() : Set.of(STEADY));
        if (first) {
            Container container = containerizer.launch(scenario.config(STEADY, PullImages.STEADY, directory));
            Files.writeString(directory.resolve("baseline"), HostTraces.withoutRules(directory, scenario.root()));
            Files.write(directory.resolve("baseline.store"), StoreLook.listing(directory));
            StoreLook.record(directory);
            Files.writeString(steady, Long.toString(container.pid()));
        }
        long pid = Long.parseLong(Files.readString(steady));
        List<Container> running = containerizer.containers();
        StoreLook.require(
                running.size() == 1
                        && running.getFirst().pid() == pid
                        && Proc.startTime(pid).isPresent(),
                "steady, process " + pid + ", should run and nothing else: " + running);
        return first;
    }

    /** A name that leads to an image is not asked for again; else all that is missing is, and nothing else. */
    private void launchAndCompare(StoreLook left) throws Exception {
        boolean stored = images.images().size() > 1;
        Set<String> expected = stored ? Set.of() : left.requests(app, directory);
        int before = requests().size();
        Container check = containerizer.launch(scenario.config("check", PullImages.APP, directory));
        if (scenario.usesRegistry()) {
            List<String> asked = requests().subList(before, requests().size()).stream()
                    .filter(line -> line.contains("/blobs/"))
                    .map(line -> line.replaceAll(".*/blobs/sha256:(\\w+) (\\S+) .*", "$1 $2"))
                    .toList();
            StoreLook.requireSame(
                    "requests, with " + left.partial() + " there in part",
                    List.copyOf(expected),
                    asked.stream().sorted().toList());
        }
        StoreLook.requireSame(
                "files of the container",
                PullImages.expected(),
                TreeListing.of(Path.of("/proc/" + check.pid() + "/root/data")));
        end("check");
        // What another image's pull has left is not for a launch to remove.
        if (scenario != PullScenario.COLLECTED) {
            compare("full.store");
        }
    }

    private List<String> requests() throws IOException {
        Path log = directory.resolve(PullChain.REQUESTS);
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    private void end(String id) throws Exception {
        containerizer.destroy(id).get();
        containerizer.remove(id);
    }

    /** The first agent, of a store that was empty, says what is right. */
    private void compare(String name) throws IOException {
        Path file = directory.resolve(name);
        if (!Files.exists(file)) {
            StoreLook.record(directory);
            Files.write(file, StoreLook.listing(directory));
        }
        StoreLook.requireSame(name, Files.readAllLines(file), StoreLook.listing(directory));
    }

    private void collectAndCompare() throws Exception {
        String name = scenario.imageName(PullImages.APP, directory);
        StoreLook.require(
                containerizer.pruneImages(List.of(name)).get().isEmpty(), "an image was forgotten that was to stay");
        compare("full.store");
        Set<String> forgotten =
                new TreeSet<>(containerizer.pruneImages(List.of()).get());
        StoreLook.require(forgotten.size() == 1, "forgotten: " + forgotten);
        compare("baseline.store");
    }

    /** What the kernel takes away after the last process gets a moment. */
    private void requireNothingElse() throws Exception {
        String baseline = Files.readString(directory.resolve("baseline"));
        long deadline = System.nanoTime() + SETTLE_MS * 1_000_000;
        String found = HostTraces.withoutRules(directory, scenario.root());
        while (!found.equals(baseline) && System.nanoTime() - deadline < 0) {
            Thread.sleep(5);
            found = HostTraces.withoutRules(directory, scenario.root());
        }
        StoreLook.require(found.equals(baseline), "not as before:\n" + HostTraces.difference(baseline, found));
    }

    private void fault() throws Exception {
        switch (scenario) {
            case REGISTRY, LAYOUT, SAVED -> pull();
            case RESUMED -> {
                PullLeftovers.ofPull(directory, app);
                pull();
            }
            case COLLECTED -> {
                containerizer.launch(scenario.config("victim", PullImages.APP, directory));
                end("victim");
                PullLeftovers.ofOther(directory);
                StraceFault collect = StraceFault.attachOwn(point, "collect", directory);
                images.prune(List.of());
                collect.detach();
            }
            case OPENED -> {
                containerizer.launch(scenario.config("victim", PullImages.APP, directory));
                end("victim");
                containerizer.close();
                images.close();
                PullLeftovers.ofStart(directory);
                StraceFault opening = StraceFault.attachOwn(point, "open", directory);
                StraceFault probing = StraceFault.attachWithNew(point, "probe", directory);
                images = scenario.open(directory, this::pulling);
                opening.detach();
                probing.detach();
            }
        }
    }

    private void pull() throws Exception {
        armed.set(true);
        pull = StraceFault.attachOwn(point, "pull", directory);
        containerizer.launch(scenario.config("victim", PullImages.APP, directory));
        end("victim");
        containerizer.pruneImages(List.of()).get();
    }
}
