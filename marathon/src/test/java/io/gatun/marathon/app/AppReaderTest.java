package io.gatun.marathon.app;

import static io.gatun.marathon.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AppReaderTest {
    private static AppSpec read(String text) {
        return AppReader.read(json(text), Optional.empty(), "*");
    }

    private static InvalidAppException refused(String text) {
        InvalidAppException refused = catchThrowableOfType(InvalidAppException.class, () -> read(text));
        assertThat(refused).as(text + " must be refused").isNotNull();
        return refused;
    }

    @Test
    void shouldFillInMarathonsDefaults() {
        AppSpec app = read("{'id':'web','cmd':'x'}");

        assertThat(app.id().path()).isEqualTo("/web");
        assertThat(app.instances()).isEqualTo(1);
        assertThat(app.demand()).isEqualTo(new Demand(1, 128, 0));
        assertThat(app.ports().definitions()).singleElement().satisfies(port -> {
            assertThat(port.port()).isZero();
            assertThat(port.protocol()).isEqualTo("tcp");
            assertThat(port.name()).contains("default");
        });
        assertThat(app.policy().backoff()).isEqualTo(new Backoff(1_000, 1.15, 300_000));
        assertThat(app.policy().upgrade()).isEqualTo(new UpgradeStrategy(1, 1));
        assertThat(app.policy().unreachable()).isEqualTo(new UnreachableStrategy.Enabled(0, 0));
        assertThat(app.policy().killSelection()).isEqualTo(KillSelection.YOUNGEST_FIRST);
        assertThat(app.policy().killGraceSeconds()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'cpus':0                                  | /cpus                  | 0.001",
                "'cpus':-1                                 | /cpus                  | was -1",
                "'mem':-1                                  | /mem                   | greater than or equal to 0",
                "'instances':-1                            | /instances             | was -1",
                "'id':'/Web'                               | /id                    | 'Web' must fully match",
                "'id':'/a/tasks'                           | /id                    | reserved",
                "'id':'/'                                  | /id                    | must name an app",
                "'args':['a']                              | /                      | one of 'cmd' or 'args'",
                "'portDefinitions':[{'port':70000}]        | /portDefinitions(0)/port | 65535",
                "'portDefinitions':[{'port':1},{'port':1}] | /portDefinitions       | Ports must be unique",
                "'portDefinitions':[{'protocol':'sctp'}]   | /portDefinitions(0)/protocol | was 'sctp'",
                "'ports':[1],'portDefinitions':[]          | /ports                 | cannot specify both",
                "'upgradeStrategy':{'minimumHealthCapacity':2} | /upgradeStrategy/minimumHealthCapacity | 1, was 2",
                "'backoffFactor':0.5                       | /backoffFactor         | greater than or equal to 1",
                "'killSelection':'ANY'                     | /killSelection         | was 'ANY'",
                "'unreachableStrategy':{'inactiveAfterSeconds':9,'expungeAfterSeconds':1} | /unreachableStrategy/expungeAfterSeconds | was 1",
                "'unreachableStrategy':'never'             | /unreachableStrategy   | disabled",
                "'acceptedResourceRoles':['x']             | /acceptedResourceRoles | was 'x'",
                "'acceptedResourceRoles':[]                | /acceptedResourceRoles | must not be empty",
                "'dependencies':['/x']                     | /dependencies          | itself",
                "'labels':{'MARATHON_SINGLE_INSTANCE_APP':'true'},'instances':2 | /instances | was 2",
                "'env':{'A':{'secret':'s'}}                | /env/A                 | secrets are not supported yet",
            })
    void shouldRefuseBrokenRulesNamingFieldValueAndRule(String field, String path, String message) {
        String id = field.contains("'id'") ? "" : "'id':'/x',";
        Violation violation =
                refused("{" + id + "'cmd':'x'," + field + "}").violations().getFirst();

        assertThat(violation.kind()).isEqualTo(Violation.Kind.RULE);
        assertThat(violation.path()).isEqualTo(path);
        assertThat(violation.message()).contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'constraints':[['hostname','UNIQUE']]                    | /constraints",
                "'fetch':[{'uri':'http://x/y'}]                           | /fetch",
                "'uris':['http://x/y']                                    | /uris",
                "'healthChecks':[{'protocol':'HTTP'}]                     | /healthChecks",
                "'check':{'exec':{}}                                      | /check",
                "'readinessChecks':[{}]                                   | /readinessChecks",
                "'secrets':{'a':{'source':'b'}}                           | /secrets",
                "'residency':{'taskLostBehavior':'WAIT_FOREVER'}          | /residency",
                "'gpus':1                                                 | /gpus",
                "'executor':'/bin/e'                                      | /executor",
                "'tty':true                                               | /tty",
                "'networks':[{'mode':'moon'}]                             | /networks(0)/mode",
                "'networks':[{}]                                          | /networks(0)/name",
                "'networks':[{'mode':'host'},{'mode':'container','name':'a'}] | /networks",
                "'networks':[{'mode':'container/bridge'}],'portDefinitions':[] | /portDefinitions",
                "'container':{'type':'DOCKER'}                            | /container/docker",
                "'container':{'type':'VM'}                                | /container/type",
                "'container':{'type':'MESOS','docker':{'image':'a','privileged':true}} | /container/docker/privileged",
                "'container':{'docker':{'image':'a','pullConfig':{'secret':'s'}}} | /container/docker/pullConfig",
                "'container':{'docker':{'image':'a'},'linuxInfo':{}}      | /container/linuxInfo",
                "'container':{'docker':{'image':'a'},'portMappings':[{}]} | /container/portMappings",
                "'container':{'type':'MESOS','volumes':[{'containerPath':'/a','hostPath':'/b','mode':'X'}]} | /container/volumes(0)/mode",
                "'container':{'type':'MESOS','volumes':[{'containerPath':'/a','hostPath':'/b','secret':'s'}]} | /container/volumes(0)/secret",
                "'role':'prod'                                            | /role",
            })
    void shouldRefuseWhatItDoesNotActOn(String field, String path) {
        assertThat(refused("{'id':'/x','cmd':'x'," + field + "}").violations())
                .singleElement()
                .satisfies(violation -> {
                    assertThat(violation.kind()).isEqualTo(Violation.Kind.RULE);
                    assertThat(violation.path()).isEqualTo(path);
                });
    }

    @Test
    void shouldAcceptUnsupportedFieldsThatSayNothing() {
        AppSpec app = read("{'id':'/x','cmd':'x','container':null,'constraints':[],'fetch':[],'healthChecks':[],"
                + "'secrets':{},'gpus':0,'executor':'','tty':false,'role':'*','networks':[{'mode':'host'}],"
                + "'tasksRunning':3,'noSuchField':{'a':1}}");
        assertThat(app).isEqualTo(read("{'id':'/x','cmd':'x'}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'cpus':'lots'           | /cpus",
                "'instances':1.5         | /instances",
                "'labels':{'a':1}        | /labels/a",
                "'args':'x'              | /args",
                "'portDefinitions':[1]   | /portDefinitions(0)",
                "'requirePorts':'yes'    | /requirePorts",
                "'env':[]                | /env",
            })
    void shouldTellWrongTypesFromBrokenRules(String field, String path) {
        assertThat(refused("{'id':'/x','cmd':'x'," + field + "}").violations()).anySatisfy(violation -> {
            assertThat(violation.kind()).isEqualTo(Violation.Kind.TYPE);
            assertThat(violation.path()).isEqualTo(path);
        });
    }

    @Test
    void shouldReportAllThatIsWrongAtOnce() {
        assertThat(refused("{'cpus':-1,'mem':-1}").violations())
                .extracting(Violation::path)
                .contains("/id", "/cpus", "/mem", "/");
    }

    @Test
    void shouldReadBackWhatTheWriterWrote() {
        AppSpec app = read("{'id':'/a/b.c','args':['sleep','9'],'user':'nobody','env':{'Z':'1','A':'2'},'cpus':0.25,"
                + "'mem':64,'disk':10,'instances':7,'labels':{'VIP_0':'/b:80'},'requirePorts':true,"
                + "'portDefinitions':[{'port':8080,'protocol':'udp,tcp','name':'dns','labels':{'VIP_1':'/d:53'}}],"
                + "'acceptedResourceRoles':['*'],'dependencies':['../db','/c'],'backoffSeconds':3,'backoffFactor':2,"
                + "'maxLaunchDelaySeconds':60,'upgradeStrategy':{'minimumHealthCapacity':0.5,'maximumOverCapacity':0},"
                + "'killSelection':'OLDEST_FIRST','taskKillGracePeriodSeconds':15,'unreachableStrategy':'disabled'}");

        assertThat(AppReader.read(AppWriter.write(app), Optional.empty(), "*")).isEqualTo(app);
        assertThat(app.dependencies()).containsExactly(new AppId("/db"), new AppId("/c"));
    }

    @Test
    void shouldTranslateTheOldPorts() {
        assertThat(read("{'id':'/x','cmd':'x','ports':[0,8080]}").ports().definitions())
                .extracting(PortDefinition::port)
                .isEqualTo(List.of(0, 8080));
    }

    @Test
    void shouldKeepAllOtherFieldsInAPartialUpdate() {
        AppSpec app = read("{'id':'/x','cmd':'x','instances':2,'env':{'A':'1'}}");

        AppSpec scaled = AppPatch.apply(app, json("{'instances':5,'env':null}"), "*");
        assertThat(scaled).isEqualTo(app.withInstances(5));
        AppSpec args = AppPatch.apply(app, json("{'args':['y']}"), "*");
        assertThat(args.program().cmd()).isEmpty();
        assertThat(args.program().args()).containsExactly("y");
    }

    @Test
    void shouldReadAVersionOnlyByItself() {
        assertThat(AppPatch.rollback(json("{'id':'/x','version':'2026-01-31T12:00:00.000Z'}")))
                .contains(Timestamp.parse("2026-01-31T12:00:00.000Z"));
        InvalidAppException refused = catchThrowableOfType(
                InvalidAppException.class,
                () -> AppPatch.rollback(json("{'version':'2026-01-31T12:00:00.000Z','cpus':1}")));
        assertThat(refused).hasMessageContaining("may only be combined with the 'id' field");
    }
}
