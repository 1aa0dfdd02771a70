package io.gatun.testkit.vm;

import io.gatun.testkit.KernelTest;
import java.lang.reflect.Method;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Replaces the body of each test by "wait for what the VM says about it". Does nothing inside the VM. */
public final class KernelTestExtension
        implements ExecutionCondition, BeforeAllCallback, AfterAllCallback, InvocationInterceptor {
    private static final ExtensionContext.Namespace STORE =
            ExtensionContext.Namespace.create(KernelTestExtension.class);
    private static final boolean GUEST = Boolean.getBoolean(GuestMain.GUEST_PROPERTY);

    /** A class under way in the VM. */
    private record Run(VmSession session, String className, long deadlineNs) {}

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<String> missing =
                GUEST ? Optional.empty() : UserModeLinux.here().missing();
        return missing.map(ConditionEvaluationResult::disabled)
                .orElseGet(() -> ConditionEvaluationResult.enabled("a VM can run"));
    }

    @Override
    public void beforeAll(ExtensionContext context) throws InterruptedException {
        Class<?> top = context.getRequiredTestClass();
        if (GUEST || (top.getEnclosingClass() != null && run(context) != null)) {
            return; // nested classes run with the class around them
        }
        KernelTest annotation =
                AnnotationSupport.findAnnotation(top, KernelTest.class).orElseThrow();
        VmSession session = VmSession.get();
        long deadlineNs = System.nanoTime() + annotation.timeoutSeconds() * 1_000_000_000L;
        session.start(top.getName(), deadlineNs);
        context.getStore(STORE).put(Run.class, new Run(session, top.getName(), deadlineNs));
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        if (!GUEST) {
            // A failure of @BeforeAll or @AfterAll in the guest belongs to the class, not to a test.
            finish(context);
        }
    }

    private static Run run(ExtensionContext context) {
        return context.getStore(STORE).get(Run.class, Run.class);
    }

    private static void finish(ExtensionContext context) throws Exception {
        Run run = run(context);
        Outcome outcome = run.session().await(context.getUniqueId(), run.className(), run.deadlineNs());
        try {
            outcome.rethrow();
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void inVm(Invocation<Void> invocation, ExtensionContext context) throws Throwable {
        if (GUEST) {
            invocation.proceed();
        } else {
            invocation.skip();
            finish(context);
        }
    }

    private static void onlyInVm(Invocation<Void> invocation) throws Throwable {
        if (GUEST) {
            invocation.proceed();
        } else {
            invocation.skip();
        }
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        inVm(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        inVm(invocation, context);
    }

    @Override
    public <T> T interceptTestFactoryMethod(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        if (!GUEST) {
            invocation.skip();
            throw new UnsupportedOperationException(
                    "@TestFactory does not work with @KernelTest: the host cannot know the tests; use @ParameterizedTest");
        }
        return invocation.proceed();
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        onlyInVm(invocation);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        onlyInVm(invocation);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        onlyInVm(invocation);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        onlyInVm(invocation);
    }
}
