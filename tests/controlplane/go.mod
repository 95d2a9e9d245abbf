module coxswain.test/controlplane

go 1.26.0
