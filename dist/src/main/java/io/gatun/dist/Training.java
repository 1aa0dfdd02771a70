package io.gatun.dist;

import java.io.IOException;

/** What the build runs once so that the JVM's AOT cache knows the classes of a start (JEP 514). */
final class Training {
    private Training() {}

    static void run() throws IOException {
        System.out.print(Main.version());
        Cli.run("up", "--help");
    }
}
