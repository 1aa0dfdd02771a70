package io.gatun.bench.launch;

import io.gatun.bench.BenchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The root file system of all contestants: the programs, the libraries that they need, and where things are mounted. */
final class RootFolder {
    /** ldd(1): {@code libc.so.6 => /lib/libc.so.6 (0x..)} or {@code /lib64/ld-linux-x86-64.so.2 (0x..)}. */
    private static final Pattern LIBRARY = Pattern.compile("(?:^|\\s)(/\\S+) \\(0x");

    private RootFolder() {}

    /** Fills an empty folder. */
    static void fill(Path root, List<String> programs) throws IOException, InterruptedException {
        for (String folder : List.of("proc", "dev", "sys", "tmp", "etc", "run")) {
            Files.createDirectories(root.resolve(folder));
        }
        Set<String> libraries = new TreeSet<>();
        for (String program : programs) {
            copy(root, program);
            libraries.addAll(libraries(program));
        }
        for (String library : libraries) {
            copy(root, library);
        }
        index(root, libraries);
    }

    /** Every image has an ld.so.cache: without it the loader would look into a dozen directories that are not there. */
    private static void index(Path root, Set<String> libraries) throws IOException, InterruptedException {
        Set<String> folders = new TreeSet<>();
        libraries.forEach(library -> folders.add(Path.of(library).getParent().toString()));
        Files.write(root.resolve("etc/ld.so.conf"), folders);
        Process ldconfig = new ProcessBuilder("/sbin/ldconfig", "-r", root.toString())
                .redirectErrorStream(true)
                .start();
        String text = new String(ldconfig.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (ldconfig.waitFor() != 0) {
            throw new BenchException("ldconfig -r " + root + ": " + text.strip());
        }
    }

    private static void copy(Path root, String file) throws IOException {
        Path target = root.resolve(file.substring(1));
        if (!Files.exists(target)) {
            Files.createDirectories(target.getParent());
            Files.copy(Path.of(file), target);
        }
    }

    private static List<String> libraries(String program) throws IOException, InterruptedException {
        Process ldd =
                new ProcessBuilder("ldd", program).redirectErrorStream(true).start();
        String text = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (ldd.waitFor() != 0 && !text.contains("not a dynamic executable")) {
            throw new BenchException("ldd " + program + ": " + text.strip());
        }
        return LIBRARY.matcher(text).results().map(found -> found.group(1)).toList();
    }
}
