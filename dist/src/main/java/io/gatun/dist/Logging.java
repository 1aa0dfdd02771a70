package io.gatun.dist;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where log lines go. Until one of these is called, warnings go to standard error (logback.xml). */
public final class Logging {
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{24} - %msg%n";
    private static final long FILE_BYTES = 10L << 20;
    private static final int FILES_KEPT = 5;

    private Logging() {}

    /** A role of its own logs like any service: all to standard error, the supervisor keeps it. */
    public static void toStandardError() {
        LoggerContext context = reset();
        attach(context, console(context, PATTERN, Level.TRACE));
    }

    /** {@code gatun up} has a person in front of it, who sees the steps: everything else goes to a file. */
    public static void toFile(Path file) {
        LoggerContext context = reset();
        attach(context, rolling(context, file));
    }

    /**
     * Shows our own warnings on the console besides, or no more: while the parts of a stack start or end, they miss each
     * other, and that means nothing.
     */
    public static void warningsOnConsole(boolean shown) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        ch.qos.logback.classic.Logger ours = context.getLogger("io.gatun");
        ours.detachAndStopAllAppenders();
        if (shown) {
            ours.addAppender(console(context, "%-5level %msg%n%nopex", Level.WARN)); // the file has the stack trace
        }
    }

    private static LoggerContext reset() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
        // Each of these tells at INFO what the operator sees anyway, or about connections that come and go.
        context.getLogger("org.apache.zookeeper").setLevel(Level.WARN);
        context.getLogger("org.apache.curator").setLevel(Level.WARN);
        context.getLogger("net.openhft").setLevel(Level.WARN);
        return context;
    }

    private static void attach(LoggerContext context, OutputStreamAppender<ILoggingEvent> appender) {
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }

    private static PatternLayoutEncoder encoder(LoggerContext context, String pattern) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(pattern);
        encoder.start();
        return encoder;
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context, String pattern, Level least) {
        ThresholdFilter filter = new ThresholdFilter();
        filter.setLevel(least.toString());
        filter.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder(context, pattern));
        console.addFilter(filter);
        console.start();
        return console;
    }

    private static RollingFileAppender<ILoggingEvent> rolling(LoggerContext context, Path path) {
        RollingFileAppender<ILoggingEvent> file = new RollingFileAppender<>();
        file.setContext(context);
        file.setFile(path.toString());
        file.setEncoder(encoder(context, PATTERN));

        FixedWindowRollingPolicy window = new FixedWindowRollingPolicy();
        window.setContext(context);
        window.setParent(file);
        window.setFileNamePattern(path + ".%i");
        window.setMinIndex(1);
        window.setMaxIndex(FILES_KEPT);
        window.start();

        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(new FileSize(FILE_BYTES));
        size.start();

        file.setRollingPolicy(window);
        file.setTriggeringPolicy(size);
        file.start();
        return file;
    }
}
