package io.gatun.bench.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How nodes log. */
final class Logging {
    private Logging() {}

    /** Writes a Logback configuration that tells only of warnings; returns its path. */
    static Path quiet(Path folder) throws IOException {
        return Files.writeString(folder.resolve("logback.xml"), """
                <configuration>
                  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>%d %-5level %logger{0}: %msg%n</pattern></encoder>
                  </appender>
                  <root level="WARN"><appender-ref ref="out"/></root>
                </configuration>
                """);
    }
}
