package io.gatun.bench.micro;

import io.gatun.bench.BenchException;
import io.gatun.bench.Machine;
import io.gatun.bench.Output;
import io.gatun.bench.Result;
import io.gatun.bench.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code gatun bench jmh}: the microbenchmarks, with what they allocate. */
@Command(name = "jmh", description = "Runs the microbenchmarks, with what each operation allocates.")
public final class JmhCommand implements Callable<Integer> {
    private static final String ALLOCATION = "gc.alloc.rate.norm";

    /**
     * What must not allocate, and how many bytes JMH may see for an operation: its own overhead; for the log also what
     * snapshots and statuses take in the background, and less than the least object for each append would be.
     */
    private static final Map<String, Double> ALLOCATION_FREE =
            Map.of("DnsAnswerBenchmark", 0.5, "LogAppendBenchmark", 15.0);

    @Mixin
    private Output output = new Output();

    @Parameters(
            arity = "0..1",
            paramLabel = "REGEX",
            description = "Only benchmarks with a match in their name (default: all).")
    private String include = ".*";

    @Override
    public Integer call() throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(include)
                .addProfiler(GCProfiler.class)
                .forks(output.quick() ? 1 : 2)
                .warmupIterations(output.quick() ? 2 : 5)
                .warmupTime(TimeValue.milliseconds(output.quick() ? 500 : 1_000))
                .measurementIterations(output.quick() ? 3 : 5)
                .measurementTime(TimeValue.milliseconds(output.quick() ? 300 : 1_000));
        Collection<RunResult> results = new Runner(options.build()).run();
        if (results.isEmpty()) {
            throw new BenchException("jmh " + include + ": no benchmark has that in its name");
        }
        List<String> notes =
                List.of("time: mean per operation, error: half of its 99.9 % confidence interval; alloc: bytes"
                        + " allocated per operation (" + ALLOCATION + ").");
        output.show(new Result("jmh", Machine.here(), rows(results), notes));
        return 0;
    }

    private static List<Row> rows(Collection<RunResult> results) {
        List<Row> rows = new ArrayList<>();
        for (RunResult result : results) {
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put("time", result.getPrimaryResult().getScore());
            double error = result.getPrimaryResult().getScoreError();
            if (!Double.isNaN(error)) {
                figures.put("error", error);
            }
            figures.put("alloc", result.getSecondaryResults().get(ALLOCATION).getScore());
            String name = name(result.getParams());
            rows.add(Row.of(name, result.getPrimaryResult().getScoreUnit(), figures, target(name)));
        }
        return rows;
    }

    private static Map<String, Double> target(String name) {
        return ALLOCATION_FREE.entrySet().stream()
                .filter(entry -> name.startsWith(entry.getKey()))
                .findFirst()
                .map(entry -> Map.of("alloc", entry.getValue()))
                .orElse(Map.of());
    }

    private static String name(BenchmarkParams params) {
        String[] parts = params.getBenchmark().split("\\.", -1);
        StringBuilder name = new StringBuilder(parts[parts.length - 2] + "." + parts[parts.length - 1]);
        for (String key : params.getParamsKeys()) {
            name.append(' ').append(key).append('=').append(params.getParam(key));
        }
        return name.toString();
    }
}
