package io.gatun.dist;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The {@code gatun} command. What people type to look around ({@code version}, {@code --help}) is answered here and loads
 * nothing else, so that it takes a tenth of a second; the rest goes to {@link Cli}.
 */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws IOException {
        String command = args.length == 0 ? "--help" : args[0];
        switch (command) {
            case "-h", "--help", "help" -> System.out.print(resource("help.txt"));
            case "version", "--version" -> System.out.print(version());
            case "train" -> Training.run(Path.of(args[1]));
            default -> System.exit(Cli.run(args));
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Main.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static String version() throws IOException {
        String kernel = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
        return "gatun " + resource("version.txt").strip() + "\njdk " + System.getProperty("java.vm.version")
                + "\nkernel " + kernel + " " + System.getProperty("os.arch") + "\n";
    }
}
