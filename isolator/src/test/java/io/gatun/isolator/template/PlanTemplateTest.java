package io.gatun.isolator.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.isolator.ContainerConfig;
import io.gatun.isolator.Filesystem;
import io.gatun.isolator.Identity;
import io.gatun.isolator.LaunchContext;
import io.gatun.isolator.LaunchPlan;
import io.gatun.isolator.Limits;
import io.gatun.isolator.NamespaceConfig;
import io.gatun.isolator.NetworkConfig;
import io.gatun.isolator.RootFs;
import io.gatun.isolator.Volume;
import io.gatun.isolator.filesystem.FilesystemIsolator;
import io.gatun.isolator.filesystem.HostFiles;
import io.gatun.isolator.security.Confinement;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanTemplateTest {
    private static final Kind PLAIN = Kind.plain();

    private static LaunchPlan direct(Kind kind, LaunchContext launch) {
        return kind.isolators()
                .plan(new LaunchContext(
                        launch.config().withSecrets(Set.of()),
                        launch.host(),
                        launch.identity(),
                        launch.runtime(),
                        launch.confinement()));
    }

    private static Optional<PlanTemplate> template(LaunchContext launch) {
        return PlanTemplate.of(PLAIN.isolators(), launch);
    }

    static Stream<Kind> kinds() {
        return Kind.all();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldGiveThePlanOfEveryContainerOfItsKind(Kind kind) {
        PlanTemplate template = PlanTemplate.of(kind.isolators(), kind.launch()).orElseThrow();
        List<Object> found = kind.isolators().found(kind.launch());
        Stream.concat(Stream.of(kind.launch()), kind.others()).forEach(launch -> {
            assertThat(alike(kind.launch(), launch)).isTrue();
            assertThat(template.isFor(launch.config())).isTrue();
            assertThat(template.holds(launch, found)).isTrue();
            LaunchPlan direct = direct(kind, launch);
            LaunchPlan filled = template.plan().with(template.names(launch));
            assertThat(filled.toString()).isEqualTo(direct.toString());
            assertThat(filled).isEqualTo(direct);
        });
    }

    static Stream<UnaryOperator<ContainerConfig>> strangers() {
        Volume volume = new Volume(new Volume.HostPath(Path.of("/srv")), "/srv", false);
        RootFs overlay = new RootFs.Overlay(List.of(Path.of("/l")), Path.of("/u"), Path.of("/w"));
        return Stream.of(
                config -> config.withParent(Optional.of("parent")),
                config -> Kind.config("a.b").withParent(Optional.empty()),
                config -> config.with(Filesystem.DEFAULT.with(List.of(volume))),
                config -> config.with(Filesystem.DEFAULT.with(overlay)));
    }

    @ParameterizedTest
    @MethodSource("strangers")
    void shouldNotBeMadeOfWhatHasPlacesOfItsOwn(UnaryOperator<ContainerConfig> change) {
        LaunchContext launch = PLAIN.launch(change.apply(PLAIN.launch().config()));
        assertThat(template(launch)).isEmpty();
        assertThat(alike(launch, launch)).isFalse();
        assertThat(template(PLAIN.launch()).orElseThrow().isFor(launch.config()))
                .isFalse();
    }

    static Stream<UnaryOperator<ContainerConfig>> others() {
        return Stream.of(
                config -> config.with(new Limits(1.5, 256L << 20, 101)),
                config -> config.withArgv(List.of("/bin/httpd2", "-f")),
                config -> config.withUser(Optional.of("www")),
                Kind::oneOutput,
                config -> config.with(new NetworkConfig.None()),
                config -> config.with(Filesystem.DEFAULT.with(new RootFs.Directory(Path.of("/images/other")))),
                config -> config.with(Filesystem.DEFAULT.withWorkingDirectory(Optional.of("/srv"))),
                config -> config.with(new NamespaceConfig(Optional.of("front"), false, 0)));
    }

    @ParameterizedTest
    @MethodSource("others")
    void shouldBeForNoContainerOfAnotherKind(UnaryOperator<ContainerConfig> change) {
        LaunchContext other = PLAIN.launch(change.apply(PLAIN.launch().config()));
        assertThat(alike(PLAIN.launch(), other)).isFalse();
        assertThat(template(PLAIN.launch()).orElseThrow().isFor(other.config())).isFalse();
        assertThat(template(other).orElseThrow().isFor(PLAIN.launch().config())).isFalse();
    }

    @Test
    void shouldDependOnPathWhereTheProgramIsLookedUp() {
        ContainerConfig looked = PLAIN.launch().config().withArgv(List.of("httpd"));
        PlanTemplate template = template(PLAIN.launch(looked)).orElseThrow();
        assertThat(template.isFor(looked.withEnvironment(Map.of("A", "b", "PATH", "/usr/local/bin:/bin"))))
                .isTrue();
        assertThat(template.isFor(looked.withEnvironment(Map.of("PATH", "/bin"))))
                .isFalse();
        assertThat(template.isFor(looked.withEnvironment(Map.of()))).isFalse();
        PlanTemplate without =
                template(PLAIN.launch(looked.withEnvironment(Map.of()))).orElseThrow();
        assertThat(without.isFor(looked)).isFalse();
        assertThat(without.isFor(looked.withEnvironment(Map.of("A", "c")))).isTrue();
    }

    static Stream<ContainerConfig> tricky() {
        Filesystem named = Filesystem.DEFAULT.with(new RootFs.Directory(Path.of("/images/_GATUN-ID_")));
        Filesystem sandbox = Filesystem.DEFAULT.with(new RootFs.Directory(Path.of("/_GATUN-SANDBOX_")));
        NamespaceConfig host = new NamespaceConfig(Optional.of("GATUN-ID"), false, 0);
        return Stream.of("web-1", "_GATUN-ID_", "GATUN-ID")
                .map(Kind::config)
                .flatMap(config -> Stream.of(
                        config.with(named),
                        config.with(sandbox),
                        config.with(host),
                        config.withArgv(List.of("/bin/_GATUN-ID_")),
                        config.withArgv(List.of("x")).withEnvironment(Map.of("PATH", "/bin:/_GATUN-RUNTIME_")),
                        config.withArgv(List.of("/bin/x", "_GATUN-ARGUMENTS_")),
                        config.withEnvironment(Map.of("_GATUN-ENVIRONMENT_", ""))));
    }

    @ParameterizedTest
    @MethodSource("tricky")
    void shouldNotTakeWhatAContainerSaysForAPlaceholder(ContainerConfig config) {
        LaunchContext launch = PLAIN.launch(config);
        template(launch).ifPresent(template -> {
            LaunchContext other = PLAIN.launch(
                    Kind.named(config, "b", config.argv(), config.environment(), Path.of("/sandboxes/b/stderr")));
            assertThat(template.isFor(other.config())).isTrue();
            assertThat(template.plan().with(template.names(other))).isEqualTo(direct(PLAIN, other));
        });
    }

    @Test
    void shouldGiveHostNamesThatAreAllowed() {
        PlanTemplate template = template(PLAIN.launch()).orElseThrow();
        assertThat(hostName(template, "x".repeat(70))).isEqualTo("sethostname(\"" + "x".repeat(63) + "\", 63)");
        assertThat(hostName(template, "a_b__c-")).isEqualTo("sethostname(\"a-b-c\", 5)");
        assertThat(hostName(template, "___")).isEqualTo("sethostname(\"container\", 9)");
    }

    private static String hostName(PlanTemplate template, String id) {
        LaunchPlan plan = template.plan().with(template.names(PLAIN.launch(Kind.config(id))));
        return plan.toString()
                .lines()
                .map(line -> line.replaceFirst("^ +\\S+ +", ""))
                .filter(line -> line.startsWith("sethostname"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldNotHoldForAnotherUserOrConfinement() {
        LaunchContext launch = PLAIN.launch();
        PlanTemplate template = template(launch).orElseThrow();
        List<Object> found = PLAIN.isolators().found(launch);
        Optional<Identity> somebody = Optional.of(new Identity(33, 33, List.of(33)));
        LaunchContext asSomebody =
                new LaunchContext(launch.config(), launch.host(), somebody, launch.runtime(), launch.confinement());
        LaunchContext freer = new LaunchContext(
                launch.config(), launch.host(), launch.identity(), launch.runtime(), Confinement.NONE);
        assertThat(template.holds(launch, found)).isTrue();
        assertThat(template.holds(asSomebody, found)).isFalse();
        assertThat(template.holds(freer, found)).isFalse();
        assertThat(alike(launch, asSomebody)).isFalse();
        assertThat(alike(launch, freer)).isFalse();
    }

    @Test
    void shouldNotHoldWhereOtherFilesHaveToBeMasked() {
        LaunchContext launch = PLAIN.launch(
                PLAIN.launch().config().with(Filesystem.DEFAULT.with(new RootFs.Directory(Path.of("/images/web")))));
        PlanTemplate template = template(launch).orElseThrow();
        assertThat(template.holds(launch, PLAIN.isolators().found(launch))).isTrue();
        assertThat(template.holds(launch, List.of(found(Set.of(), launch)))).isFalse();
        assertThat(found(Set.of("/proc/kcore"), launch)).isEqualTo(found(Set.of("/proc/kcore"), launch));
        assertThat(found(Set.of("/proc/kcore"), launch)).isNotEqualTo(found(Set.of("/proc/keys"), launch));
        assertThat(found(Set.of("/proc/kcore"), PLAIN.launch()))
                .as("the host's files are as they are")
                .isEqualTo(found(Set.of(), PLAIN.launch()));
    }

    private static Object found(Set<String> there, LaunchContext launch) {
        return new FilesystemIsolator(new HostFiles() {
                    @Override
                    public boolean exists(Path path) {
                        return there.contains(path.toString());
                    }

                    @Override
                    public boolean isDirectory(Path path) {
                        return false;
                    }
                })
                .found(launch);
    }

    @Test
    void shouldTellMissingFilesFromWhatIsForbidden() {
        LaunchContext launch = PLAIN.launch(
                PLAIN.launch().config().with(Filesystem.DEFAULT.with(new RootFs.Directory(Path.of("/no/such/root")))));
        assertThat(PLAIN.isolators().missing(launch))
                .containsExactly("filesystem.root.path=/no/such/root: does not exist");
        assertThat(PLAIN.isolators().problems(launch))
                .containsExactly("filesystem.root.path=/no/such/root: does not exist");
        assertThat(PLAIN.isolators().missing(PLAIN.launch())).isEmpty();
    }

    private static boolean alike(LaunchContext one, LaunchContext other) {
        Optional<LaunchContext> kind = PlanTemplate.kind(one);
        return kind.isPresent() && kind.equals(PlanTemplate.kind(other));
    }

    @Test
    void shouldKeepNothingSecret() {
        ContainerConfig config = PLAIN.launch()
                .config()
                .withEnvironment(Map.of("PATH", "/bin", "TOKEN", "hush"))
                .withSecrets(Set.of("TOKEN"));
        LaunchContext launch = new LaunchContext(
                config,
                PLAIN.launch().host(),
                PLAIN.launch().identity(),
                PLAIN.launch().runtime(),
                PLAIN.launch().confinement());
        LaunchContext kind = PlanTemplate.kind(launch).orElseThrow();
        assertThat(kind.config().environment().toString()).doesNotContain("hush");
        assertThat(template(launch).orElseThrow().plan().toString()).doesNotContain("hush");
    }
}
