package io.gatun.dist.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** target/dist as the gatun script starts it, without the script's look for changed sources. */
final class Distribution {
    static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
    static final Path HOME = MODULE.resolve("target/dist");
    static final Path EXAMPLES = MODULE.resolveSibling("examples");

    private Distribution() {}

    static List<String> command(List<String> arguments) {
        Path jar = HOME.resolve("lib/gatun.jar");
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing: these tests run in phase integration-test, mvn verify");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + HOME.resolve("jvm.options"));
        if (Boolean.getBoolean("gatun.vm.guest")) {
            // One slow CPU: C1's code soon is worth more than C2's late.
            command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx384m"));
        }
        command.addAll(List.of("-cp", jar.toString(), "io.gatun.dist.Main"));
        command.addAll(arguments);
        return command;
    }
}
