package io.gatun.dist;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** The arrows of docs/ARCHITECTURE.md: who may know whom. They point down only. */
@AnalyzeClasses(packages = "io.gatun", importOptions = ImportOption.DoNotIncludeTests.class)
class ArrowsTest {
    private static final String FFM = "io.gatun.ffm..";
    private static final String ISOLATOR = "io.gatun.isolator..";
    private static final String CONTAINERIZER = "io.gatun.containerizer..";
    private static final String MESOS_API = "io.gatun.mesos..";
    private static final String IPVS = "io.gatun.ipvs..";
    private static final String DNS = "io.gatun.dnsserver..";
    private static final String MASTER = "io.gatun.master..";
    private static final String AGENT = "io.gatun.agent..";
    private static final String MARATHON = "io.gatun.marathon..";

    /** Memory, not calls: what the DNS server needs to lay out answers outside the heap. */
    private static final Set<String> MEMORY = Set.of(
            "MemorySegment",
            "Arena",
            "ValueLayout",
            "ValueLayout$OfByte",
            "ValueLayout$OfShort",
            "ValueLayout$OfInt",
            "ValueLayout$OfLong",
            "SegmentAllocator",
            "MemoryLayout");

    @ArchTest
    static final ArchRule ffmKnowsNobody = onlyKnows(FFM);

    @ArchTest
    static final ArchRule isolatorKnowsBindings = onlyKnows(ISOLATOR, FFM);

    @ArchTest
    static final ArchRule containerizerKnowsIsolator = onlyKnows(CONTAINERIZER, ISOLATOR, FFM);

    @ArchTest
    static final ArchRule mesosApiKnowsNobody = onlyKnows(MESOS_API);

    @ArchTest
    static final ArchRule ipvsKnowsBindingsAndWire = onlyKnows(IPVS, FFM, MESOS_API);

    @ArchTest
    static final ArchRule dnsKnowsBindingsAndWire = onlyKnows(DNS, FFM, MESOS_API);

    @ArchTest
    static final ArchRule masterKnowsBindingsAndWire = onlyKnows(MASTER, FFM, MESOS_API);

    @ArchTest
    static final ArchRule agentKnowsContainersAndWire = onlyKnows(AGENT, CONTAINERIZER, ISOLATOR, FFM, MESOS_API);

    @ArchTest
    static final ArchRule marathonIsAFrameworkLikeAnyOther = onlyKnows(MARATHON, MESOS_API);

    @ArchTest
    static final ArchRule testkitIsForTests = noClasses()
            .that()
            .resideOutsideOfPackage("io.gatun.testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.gatun.testkit..");

    @ArchTest
    static final ArchRule onlyBindingsCallNativeCode = noClasses()
            .that()
            .resideOutsideOfPackages(FFM, DNS)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.lang.foreign..")
            .because("kernel interfaces live in ffm-bindings");

    @ArchTest
    static final ArchRule dnsMayTouchMemoryOnly =
            noClasses().that().resideInAPackage(DNS).should().dependOnClassesThat(foreignBeyondMemory());

    @ArchTest
    static final ArchRule isolatorKnowsNoProtobuf = noClasses()
            .that()
            .resideInAnyPackage(ISOLATOR, CONTAINERIZER, FFM)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.google.protobuf..");

    @ArchTest
    static final ArchRule modulesFormNoCycle =
            slices().matching("io.gatun.(*)..").should().beFreeOfCycles();

    private static ArchRule onlyKnows(String module, String... below) {
        DescribedPredicate<JavaClass> ours = JavaClass.Predicates.resideInAPackage("io.gatun..");
        String[] allowed = new String[below.length + 1];
        allowed[0] = module;
        System.arraycopy(below, 0, allowed, 1, below.length);
        return classes()
                .that()
                .resideInAPackage(module)
                .should()
                .onlyDependOnClassesThat(
                        DescribedPredicate.not(ours).or(JavaClass.Predicates.resideInAnyPackage(allowed)))
                .as(module + " knows of Gatun only " + String.join(", ", allowed));
    }

    private static DescribedPredicate<JavaClass> foreignBeyondMemory() {
        return describe(
                "belong to java.lang.foreign but are not plain memory",
                type -> type.getPackageName().equals("java.lang.foreign")
                        && !MEMORY.contains(type.getName().substring("java.lang.foreign.".length())));
    }
}
