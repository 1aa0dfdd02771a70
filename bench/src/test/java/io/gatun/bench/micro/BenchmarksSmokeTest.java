package io.gatun.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.bench.log.LogAppendBenchmark;
import io.gatun.dnsserver.DnsAnswerBenchmark;
import io.gatun.ipvs.IpvsMessageBenchmark;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Each microbenchmark runs once, with its smallest input. */
class BenchmarksSmokeTest {
    private static final List<Class<?>> BENCHMARKS = List.of(
            CodecBenchmark.class,
            BindingsBenchmark.class,
            LaunchPlanBenchmark.class,
            AllocatorBenchmark.class,
            IpvsMessageBenchmark.class,
            DnsAnswerBenchmark.class,
            LogAppendBenchmark.class);

    @TestFactory
    Stream<DynamicTest> shouldRunEveryBenchmarkMethodTwice() {
        return BENCHMARKS.stream()
                .flatMap(type -> annotated(type, Benchmark.class)
                        .map(method -> DynamicTest.dynamicTest(
                                type.getSimpleName() + "." + method.getName(), () -> run(type, method))));
    }

    private static void run(Class<?> type, Method method) throws ReflectiveOperationException {
        Object benchmark = type.getConstructor().newInstance();
        for (Method setup : annotated(type, Setup.class).toList()) {
            setup.invoke(benchmark);
        }
        // The second run meets what the first left behind.
        for (int i = 0; i < 2; i++) {
            assertThat(method.invoke(benchmark)).isNotNull();
        }
        for (Method tearDown : annotated(type, TearDown.class).toList()) {
            tearDown.invoke(benchmark);
        }
    }

    @Test
    void shouldKnowEveryBenchmarkThatJmhWouldRun() {
        var out = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
        Set<String> listed = new TreeSet<>();
        BenchmarkList.defaultList()
                .find(out, List.of(".*"), List.of())
                .forEach(entry -> listed.add(entry.getUsername().replaceFirst("\\.[^.]*$", "")));
        assertThat(listed)
                .isEqualTo(new TreeSet<>(BENCHMARKS.stream().map(Class::getName).toList()));
    }

    private static Stream<Method> annotated(
            Class<?> type, Class<? extends java.lang.annotation.Annotation> annotation) {
        return Arrays.stream(type.getMethods()).filter(method -> method.isAnnotationPresent(annotation));
    }
}
