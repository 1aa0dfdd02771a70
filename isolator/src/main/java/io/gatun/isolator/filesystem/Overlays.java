package io.gatun.isolator.filesystem;

import io.gatun.ffm.process.Operand;
import io.gatun.ffm.process.SyscallRecord;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.Namespace;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Overlays; Documentation/filesystems/overlayfs.rst. What mount(2) takes for options is a page at most, and has its own
 * rules for commas, colons and backslashes: layers that do not fit go by short names, as links in the container's runtime
 * directory.
 */
public final class Overlays {
    /** Binding: descriptor of a user namespace with the container's ids. */
    public static final String USERNS = "userns";

    /** A page, with the terminating NUL. */
    private static final int MAX_OPTIONS = 4095;

    /** What is gone when the host goes down anyway need not reach its disk; Linux 5.10. */
    private static final String VOLATILE = ",volatile";

    private Overlays() {}

    /**
     * Mounts one.
     *
     * @param name of the links' directory, different for each overlay of a container
     */
    static void mount(
            List<Row.Agent> agent,
            List<SyscallRecord> records,
            LaunchContext launch,
            RootFs.Overlay overlay,
            Path target,
            String name) {
        launch.config().namespaces().ids().ifPresent(_ -> mapOwners(records, overlay.lower(), name));
        String options = options(
                overlay.lower().stream().map(Path::toString).toList(),
                overlay.upper().toString(),
                overlay.work().toString());
        if (options.length() > MAX_OPTIONS - suffix(launch).length() || needsLinks(overlay)) {
            Path links = launch.runtime().resolve(name);
            options = links(agent, overlay, links);
            records.add(Calls.changeDirectory(links.toString()));
        }
        records.add(Calls.mount("overlay", target.toString(), "overlay", 0, options + suffix(launch)));
    }

    private static String suffix(LaunchContext launch) {
        // Without privileges, trusted.* attributes cannot be written: whiteouts and opaque directories go to user.*.
        return launch.host().has(Namespace.USER) ? VOLATILE + ",userxattr" : VOLATILE;
    }

    private static boolean needsLinks(RootFs.Overlay overlay) {
        return IntStream.concat(
                        overlay.lower().stream()
                                .flatMapToInt(path -> path.toString().chars()),
                        (overlay.upper() + "" + overlay.work()).chars())
                .anyMatch(c -> c == ',' || c == ':' || c == '\\');
    }

    private static String options(List<String> lower, String upper, String work) {
        return "lowerdir=" + String.join(":", lower) + ",upperdir=" + upper + ",workdir=" + work;
    }

    private static String links(List<Row.Agent> agent, RootFs.Overlay overlay, Path directory) {
        List<String> names = new ArrayList<>();
        agent.add(new Row.Directory(directory));
        for (Path layer : overlay.lower()) {
            String name = Integer.toString(names.size(), Character.MAX_RADIX);
            agent.add(new Row.Link(layer, directory.resolve(name)));
            names.add(name);
        }
        agent.add(new Row.Link(overlay.upper(), directory.resolve("upper")));
        agent.add(new Row.Link(overlay.work(), directory.resolve("work")));
        return options(names, "upper", "work");
    }

    /** Layers belong to the host's ids: each is covered by a view of itself with the container's, in its namespace only. */
    private static void mapOwners(List<SyscallRecord> records, List<Path> lower, String name) {
        IntStream.range(0, lower.size()).forEach(i -> {
            String path = lower.get(i).toString();
            String mount = name + "_" + i;
            records.add(Calls.openTree(path, false, mount));
            records.add(Calls.mapOwners(mount, new Operand.Bound(USERNS), false, path));
            records.add(Calls.attachAt(mount, path));
        });
    }
}
