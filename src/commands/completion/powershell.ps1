# Completion of PROGRAM for PowerShell: the program itself says what may come next.
Register-ArgumentCompleter -Native -CommandName 'PROGRAM' -ScriptBlock {
    param($typed, $tree, $cursor)
    $words = @($tree.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursor } | ForEach-Object { $_.ToString() })
    $before = @($words | Select-Object -Skip 1)
    if ($typed -ne '' -and $before.Count -gt 0) { $before = @($before | Select-Object -SkipLast 1) }
    $answer = @(& $words[0] ASK @before "$typed" 2>$null)
    if ($answer.Count -eq 0) { return }
    $then = [int]($answer[-1].TrimStart(':'))
    if ($then -band 1) { return }
    $start = ''
    if ($typed -match '^(-[^=]*=)') { $start = $Matches[1] }
    foreach ($line in $answer[0..($answer.Count - 2)]) {
        if ($answer.Count -lt 2 -or $line.StartsWith('_activeHelp_')) { continue }
        $value, $about = $line -split "`t", 2
        if (-not ("$start$value").StartsWith($typed)) { continue }
        if (-not $about) { $about = $value }
        [System.Management.Automation.CompletionResult]::new("$start$value", $value, 'ParameterValue', $about)
    }
}
