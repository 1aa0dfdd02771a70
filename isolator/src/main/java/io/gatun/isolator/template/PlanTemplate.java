package io.gatun.isolator.template;

import io.gatun.ffm.process.NameForm;
import io.gatun.ffm.process.Names;
import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.namespace.NamespaceIsolator;
import io.gatun.isolator.security.Confinement;
import io.gatun.isolator.selection.Isolators;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The plan of all containers that differ in names, arguments and environment only, with placeholders in place of these.
 * Immutable; any thread.
 */
public final class PlanTemplate {
    static final String PATH = "PATH";

    private static final String ID = "_GATUN-ID_";
    private static final String RUNTIME = "/_GATUN-RUNTIME_";
    private static final String SANDBOX = "/_GATUN-SANDBOX_";
    private static final String STDOUT = "/_GATUN-STDOUT_";
    private static final String STDERR = "/_GATUN-STDERR_";
    private static final String ARGUMENTS = "_GATUN-ARGUMENTS_";
    private static final String ENVIRONMENT = "_GATUN-ENVIRONMENT_";
    private static final List<String> TEXTS =
            List.of(ID, NamespaceIsolator.hostName(ID), RUNTIME, SANDBOX, STDOUT, STDERR);

    private final LaunchContext of;
    private final List<Object> found;
    private final NameForm form;
    private final LaunchPlan plan;

    private PlanTemplate(LaunchContext of, List<Object> found, NameForm form, LaunchPlan plan) {
        this.of = of;
        this.found = found;
        this.form = form;
        this.plan = plan;
    }

    /**
     * What a launch has in common with others of its kind: itself, with placeholders for names; nothing secret is in it.
     *
     * @return empty for one that is of no kind
     */
    public static Optional<LaunchContext> kind(LaunchContext launch) {
        return Alike.possible(launch.config())
                ? Optional.of(new LaunchContext(
                        open(launch.config()),
                        launch.host(),
                        launch.identity(),
                        Path.of(RUNTIME),
                        launch.confinement()))
                : Optional.empty();
    }

    /**
     * Makes the template for containers like one.
     *
     * @return empty where placeholders do not do: filled in, they must give the very plan that this container has, in which
     *     nothing is called as they are
     */
    public static Optional<PlanTemplate> of(Isolators isolators, LaunchContext launch) {
        return kind(launch).flatMap(open -> of(isolators, launch, open));
    }

    private static Optional<PlanTemplate> of(Isolators isolators, LaunchContext launch, LaunchContext open) {
        List<Object> found = isolators.found(launch);
        LaunchPlan plan = isolators.plan(open);
        NameForm form = new NameForm(
                TEXTS, List.of(open.config().argv(), lines(open.config().environment())));
        PlanTemplate template = new PlanTemplate(open, found, form, plan);
        // How secrets are shown does not matter here: this plan is never printed.
        LaunchContext shown = new LaunchContext(
                launch.config().withSecrets(Set.of()),
                launch.host(),
                launch.identity(),
                launch.runtime(),
                launch.confinement());
        LaunchPlan own = isolators.plan(shown);
        return plan.with(template.names(launch)).equals(own)
                        && own.with(noNames(form)).equals(own)
                ? Optional.of(template)
                : Optional.empty();
    }

    /** Filled in, it changes whatever says itself what a placeholder says. */
    private static Names noNames(NameForm form) {
        return new Names(form, Collections.nCopies(TEXTS.size(), ""), form.lists());
    }

    private static ContainerConfig open(ContainerConfig config) {
        Map<String, String> environment = new LinkedHashMap<>();
        if (Alike.isLookedUp(config)) {
            Optional.ofNullable(config.environment().get(PATH)).ifPresent(path -> environment.put(PATH, path));
        }
        environment.put(ENVIRONMENT, "");
        return new ContainerConfig(
                ID,
                Optional.empty(),
                List.of(config.argv().getFirst(), ARGUMENTS),
                environment,
                Path.of(SANDBOX),
                config.user(),
                config.limits(),
                Path.of(STDOUT),
                Path.of(config.stdout().equals(config.stderr()) ? STDOUT : STDERR),
                config.io(),
                config.filesystem(),
                config.namespaces(),
                config.privileges(),
                config.network(),
                config.engine());
    }

    private static List<String> lines(Map<String, String> environment) {
        List<String> lines = new ArrayList<>(environment.size());
        environment.forEach((name, value) -> lines.add(name + "=" + value));
        return lines;
    }

    /** Whether it is for containers like this one, as far as they tell themselves. */
    public boolean isFor(ContainerConfig config) {
        return Alike.possible(config) && Alike.are(of.config(), config);
    }

    /** What the processes of the containers that it is for may do. */
    public Confinement confinement() {
        return of.confinement();
    }

    /**
     * Whether a container that it is for has this plan now.
     *
     * @param foundNow {@link Isolators#found}
     */
    public boolean holds(LaunchContext launch, List<Object> foundNow) {
        return of.identity().equals(launch.identity())
                && of.confinement().equals(launch.confinement())
                && of.host().equals(launch.host())
                && found.equals(foundNow);
    }

    /** The plan, with placeholders. */
    public LaunchPlan plan() {
        return plan;
    }

    /** Its placeholders. */
    public NameForm form() {
        return form;
    }

    /** What they stand for in the plan of a container. */
    public Names names(LaunchContext launch) {
        ContainerConfig config = launch.config();
        return new Names(
                form,
                List.of(
                        config.id(),
                        NamespaceIsolator.hostName(config.id()),
                        launch.runtime().toString(),
                        config.sandbox().toString(),
                        config.stdout().toString(),
                        config.stderr().toString()),
                List.of(config.argv(), lines(config.environment())));
    }
}
